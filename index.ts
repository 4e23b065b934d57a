import * as pulumi from "@pulumi/pulumi";
import type { Outputs, Settings } from "./stacks/common";

/** Each stack loads what it is made of, and nothing of the others. */
const stacks = {
  dev: async () => (await import("./stacks/dev")).dev,
  prod: async () => (await import("./stacks/prod")).prod,
};

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

export = async (): Promise<Outputs> => (await stacks[name as keyof typeof stacks]())(settings);
