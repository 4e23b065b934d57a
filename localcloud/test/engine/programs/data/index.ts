// Creates the resources described in the environment variable PROGRAM, so that a test contains its whole program.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Item } from "../../../support/engineSession";

type ResourceClass = new (name: string, args: object, options: object) => pulumi.Resource;

const made: Record<string, pulumi.Resource> = {};

/** Replaces `${name.property}` by an output, `{ $secret: value }` by a secret. */
function value(given: unknown): unknown {
  if (typeof given === "string") {
    const [, name, property] = /^\$\{(\S+)\.(\w+)\}$/.exec(given) ?? [];
    return name === undefined ? given : made[name][property as keyof pulumi.Resource];
  }
  if (Array.isArray(given)) return given.map(value);
  if (typeof given !== "object" || given === null) return given;
  if ("$secret" in given) return pulumi.secret(given.$secret);
  return Object.fromEntries(Object.entries(given).map(([key, item]) => [key, value(item)]));
}

function classOf(type: string): ResourceClass {
  const [module, name] = type.split("/");
  const classes = module === "" ? aws : aws[module as keyof typeof aws];
  return classes[name as keyof typeof classes] as ResourceClass;
}

const items = JSON.parse(process.env.PROGRAM ?? "{}") as Record<string, Item>;
for (const [name, { type, args = {}, options = {} }] of Object.entries(items)) {
  const resolved: Record<string, unknown> = { ...options };
  for (const option of ["parent", "deletedWith", "provider"] as const)
    if (options[option] !== undefined) resolved[option] = made[options[option]];
  if (options.dependsOn) resolved.dependsOn = options.dependsOn.map((other) => made[other]);
  made[name] =
    type === "component"
      ? new pulumi.ComponentResource("test:index:Component", name, {}, resolved)
      : new (classOf(type))(name, value(args) as object, resolved);
}

export const outputs = Object.fromEntries(
  (process.env.OUTPUTS ?? "")
    .split(" ")
    .filter(Boolean)
    .map((output) => [output, value(`\${${output}}`)]),
);
