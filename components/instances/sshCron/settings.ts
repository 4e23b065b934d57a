import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ReconcilerSettings } from "../../../callbacks/instances/sshCron/reconciler";
import type {
  KeySource,
  SshCronFunctions,
  SshCronSettings,
  TargetQuery,
} from "../../../callbacks/instances/sshCron/settings";
import type { ScriptSource } from "../../../callbacks/instances/sshCron/worker";
import { metricsName } from "../../names";
import { describedError } from "../../validation";
import type { SshCronArgs, SshKey } from "./args";
import { checkScriptSize } from "./checks/transport";
import { targetsOf } from "./given";

/** Returns the settings of the functions: the arguments with their defaults, as plain data. */
export function settingsOf(
  self: pulumi.Resource,
  name: string,
  args: SshCronArgs,
): SshCronSettings {
  const { schedule, timezone, window, user, hostKeys = {}, cwd, startWithin } = args;
  const timeout = args.timeout ?? 300;
  const script = textOf(self, args.script);
  checkScriptSize(self, args, script);
  return {
    name,
    metricsName: metricsName(name),
    schedule,
    transport: args.transport ?? "ssh",
    user,
    address: args.address ?? "private",
    port: args.port ?? 22,
    staticHosts: targetsOf(args).flatMap((target) =>
      "host" in target
        ? [{ host: target.host, port: target.port ?? 22, pins: target.hostKeys }]
        : [],
    ),
    pins: hostKeys.pins ?? {},
    trustOnFirstUse: hostKeys.trustOnFirstUse ?? false,
    jumpHosts: (args.jumpHosts ?? []).map((hop) => ({
      host: hop.host,
      port: hop.port ?? 22,
      user: hop.user ?? user,
      pins: hop.hostKeys,
    })),
    commands: Array.isArray(args.commands) ? args.commands : [],
    environment: args.environment ?? {},
    sudo: args.sudo ?? false,
    pty: args.pty ?? false,
    background: Boolean(args.background),
    ...followSettings(args),
    successExitCodes: args.successExitCodes ?? [0],
    connectTimeout: args.connectTimeout ?? 5,
    readyTimeout: args.readyTimeout ?? 20,
    commandTimeout: Math.min(args.commandTimeout ?? 300, timeout),
    timeout,
    connectAttempts: args.connectAttempts ?? 2,
    overlap: args.overlap ?? "skip",
    outputLimit: args.logs?.maxBytes ?? 1024 * 1024,
    recordDays: args.recordRetentionInDays ?? 30,
    ...(timezone === undefined ? {} : { timezone }),
    ...(window ? { window } : {}),
    ...(cwd === undefined ? {} : { cwd }),
    ...(startWithin === undefined ? {} : { startWithin }),
    ...(script === undefined ? {} : { script }),
  };
}

/** Returns the settings for what happens in an occurrence after its first messages. */
export function followSettings({
  background,
  batch,
}: SshCronArgs): Pick<SshCronSettings, "polling" | "batch"> {
  const { size, pause = 0, maxFailures = 0 } = batch ?? {};
  return {
    ...(typeof background === "object" ? { polling: { timeout: background.timeout ?? 3600 } } : {}),
    ...(size === undefined ? {} : { batch: { size, pause, maxFailures } }),
  };
}

/** Checks whether an occurrence is followed up each minute. */
export function isFollowed(args: SshCronArgs): boolean {
  return Object.keys(followSettings(args)).length > 0;
}

export function reconcilerSettings(
  settings: SshCronSettings,
  { enabled = true, flexibleMinutes = 0 }: SshCronArgs,
): ReconcilerSettings {
  return { ...settings, enabled, flexibleMinutes };
}

/** Returns the functions of the program; each of the component's functions receives those that it calls. */
export function functionsOf({ commands, where, when }: SshCronArgs): SshCronFunctions {
  return {
    ...(typeof commands === "function" ? { commands } : {}),
    ...(where ? { where } : {}),
    ...(when ? { when } : {}),
  };
}

/** Returns the queries for DescribeInstances. */
export function targetQueries(args: SshCronArgs): pulumi.Output<TargetQuery[]> {
  const queries = targetsOf(args).flatMap((target): pulumi.Input<TargetQuery>[] => {
    if ("host" in target) return [];
    const filters =
      "tag" in target
        ? [{ Name: `tag:${target.tag}`, Values: [target.value].flat() }]
        : "group" in target
          ? [{ Name: "tag:aws:autoscaling:groupName", Values: [groupName(target.group)] }]
          : "instances" in target
            ? [{ Name: "instance-id", Values: target.instances }]
            : target.filters.map(({ name, values }) => ({ Name: name, Values: values }));
    return [pulumi.output(filters)];
  });
  return pulumi.output(queries);
}

/** Returns where a key is stored, by the names that the functions use. */
export function keySource(key: SshKey): pulumi.Output<KeySource> {
  if ("instanceConnect" in key) return pulumi.output({ kind: "instanceConnect" as const });
  if ("ssmParameter" in key)
    return pulumi.output({ kind: "ssm" as const, parameter: key.ssmParameter });
  if ("secret" in key) return pulumi.output({ kind: "secret" as const, secret: key.secret });
  return pulumi.output({
    kind: "s3" as const,
    bucket: bucketName(key.bucket),
    key: key.key,
    ...(key.versionId === undefined ? {} : { versionId: key.versionId }),
  });
}

/** Returns where the script is stored, if it is in a bucket. */
export function scriptSource({ script }: SshCronArgs): pulumi.Output<ScriptSource> | undefined {
  if (!script || !("bucket" in script)) return undefined;
  const { bucket, kmsKey: _kmsKey, ...rest } = script;
  return pulumi.output({ bucket: bucketName(bucket), ...rest });
}

export function bucketName(bucket: aws.s3.Bucket | pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.output(pulumi.Resource.isInstance(bucket) ? bucket.id : bucket);
}

function groupName(group: aws.autoscaling.Group | pulumi.Input<string>): pulumi.Output<string> {
  const isGroup = pulumi.Resource.isInstance(group);
  return pulumi.output(isGroup ? group.name : group);
}

/** Bytes; the script is part of the function's package. */
const LONGEST_SCRIPT = 256 * 1024;

function textOf(self: pulumi.Resource, script: SshCronArgs["script"]): SshCronSettings["script"] {
  if (!script || "bucket" in script) return undefined;
  const text = "file" in script ? readScript(self, script.file) : script.text;
  const bytes = Buffer.byteLength(text);
  if (text.trim() !== "" && bytes <= LONGEST_SCRIPT)
    return { text, sha256: createHash("sha256").update(text).digest("hex") };
  const allowed = `allowed are 1 to ${LONGEST_SCRIPT} bytes; keep a larger one in S3`;
  throw describedError(self, "script", `${bytes} bytes`, allowed);
}

function readScript(self: pulumi.Resource, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const allowed = `it cannot be read (${(error as NodeJS.ErrnoException).code})`;
    throw describedError(self, "script.file", JSON.stringify(file), allowed);
  }
}
