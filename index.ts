import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "./stacks/common";
import { dev } from "./stacks/dev";
import { prod } from "./stacks/prod";

const stacks = { dev, prod };

const config = new pulumi.Config();
const settings: Settings = {
  alarmActions: config.getObject<string[]>("alarmActions") ?? [],
  protectData: config.getBoolean("protectData") ?? false,
  logRetentionInDays: config.getNumber("logRetentionInDays") ?? 30,
};

const name = pulumi.getStack();
if (!Object.hasOwn(stacks, name))
  throw new pulumi.RunError(
    `There is no stack '${name}'; there are ${Object.keys(stacks).join(", ")}.`,
  );

export = stacks[name as keyof typeof stacks](settings);
