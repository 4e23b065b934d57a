import * as pulumi from "@pulumi/pulumi";
import type { Outputs } from "./stacks/common";
import { readSettings } from "./stacks/settings";

/** Each stack loads what it is made of, and nothing of the others. */
const stacks = {
  dev: async () => (await import("./stacks/dev")).dev,
  prod: async () => (await import("./stacks/prod")).prod,
};

const name = pulumi.getStack();
if (!Object.hasOwn(stacks, name))
  throw new pulumi.RunError(
    `There is no stack '${name}'; there are ${Object.keys(stacks).join(", ")}.`,
  );

export = async (): Promise<Outputs> =>
  (await stacks[name as keyof typeof stacks]())(readSettings());
