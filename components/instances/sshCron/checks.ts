import * as pulumi from "@pulumi/pulumi";
import { pinProblem } from "../../../callbacks/instances/sshCron/ssh/hostKeys";
import { startByOf } from "../../../callbacks/instances/sshCron/occurrence";
import { CALLBACK_CHECKS } from "../../function/callbackOptions";
import { scheduleProblem } from "../../function/triggers/schedule";
import { RETENTION_DAYS } from "../../retention";
import {
  anything,
  argumentError,
  boolean,
  type Check,
  checkArgs,
  type Checks,
  describedError,
  fn,
  integer,
  list,
  object,
  oneOf,
  required,
  text,
} from "../../validation";
import type { SshCronArgs, SshHostKeys, SshJumpHost, SshKey, SshLogs, SshTarget } from "./args";

/** Seconds; a function of Lambda has 60 more. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LONGEST_JOB = 840;

const port = integer([1, 65_535], "ports");
const hostName = text(
  /^[A-Za-z0-9][A-Za-z0-9._:-]{0,252}$/,
  "allowed is a host name or an address, such as db.example.com",
);
const userName = text(
  /^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/,
  "allowed is a name of a user such as ec2-user",
);
const pins: Check = (value, { resource, argument }) => {
  if (!Array.isArray(value) || value.length === 0 || value.length > 2)
    throw argumentError(resource, argument, value, "give one key, or two while they are changed");
  value.forEach((pin: unknown, index) => {
    const problem = pinProblem(pin);
    if (problem) throw argumentError(resource, `${argument}[${index}]`, pin, problem);
  });
};
const time = text(/^([01]\d|2[0-3]):[0-5]\d$/, "allowed is a time of day, such as 22:00");
const date = text(
  (value) => !Number.isNaN(Date.parse(value)),
  "allowed is a time in ISO 8601, such as 2027-01-31T08:00:00Z",
);

const CHECKS = {
  // Checked with others below.
  schedule: required(anything),
  timezone: anything,
  targets: required(anything),
  key: anything,
  commands: anything,
  script: anything,
  network: anything,
  enabled: boolean,
  flexibleMinutes: integer([1, 1440], "minutes"),
  startDate: date,
  endDate: date,
  window: object<NonNullable<SshCronArgs["window"]>>({
    from: required(time),
    to: required(time),
    timezone: anything,
  }),
  when: fn,
  where: fn,
  user: required(userName),
  address: oneOf(["private", "public", "ipv6"]),
  port: (value, place) =>
    typeof value === "object" && value !== null
      ? object<{ tag: string }>({ tag: required(text(/./, "give the name of a tag")) })(
          value,
          place,
        )
      : port(value, place),
  jumpHosts: list(
    object<SshJumpHost>({
      host: required(hostName),
      port,
      user: userName,
      hostKeys: required(pins),
    }),
  ),
  hostKeys: object<SshHostKeys>({
    pins: (value, { resource, argument }) => {
      for (const [host, keys] of Object.entries(value as object))
        pins(keys, { resource, argument: `${argument}.${host}` });
    },
    trustOnFirstUse: boolean,
  }),
  environment: (value, { resource, argument }) => {
    for (const [name, given] of Object.entries(value as object)) {
      const at = `${argument}.${name}`;
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
        throw argumentError(resource, at, name, "allowed are letters, digits and _");
      if (typeof given !== "string")
        throw describedError(resource, at, typeof given, "give a text; use String(value)");
    }
  },
  cwd: text(/^[^\0]+$/, "give a folder of the host"),
  sudo: (value, place) => (typeof value === "string" ? userName : boolean)(value, place),
  pty: boolean,
  background: boolean,
  successExitCodes: list(integer([0, 255], "exit codes")),
  connectTimeout: integer([1, 60], "seconds"),
  readyTimeout: integer([1, 120], "seconds"),
  commandTimeout: integer([1, LONGEST_JOB], "seconds"),
  timeout: (value, { resource, argument }) => {
    if (typeof value === "number" && value > LONGEST_JOB)
      throw argumentError(
        resource,
        argument,
        value,
        `allowed are ${LONGEST_JOB} seconds, because a function lives no longer; start a longer job with background: true`,
      );
    integer([10, LONGEST_JOB], "seconds")(value, { resource, argument });
  },
  connectAttempts: integer([1, 5], "times"),
  startWithin: integer([60, 86_400], "seconds"),
  overlap: oneOf(["skip", "allow"]),
  maximumConcurrency: integer([2, 1000], "hosts"),
  logs: object<SshLogs>({
    bucket: anything,
    prefix: text(/^[\w./-]{0,200}$/, "allowed are letters, digits, /, ., _ and -"),
    retentionInDays: integer([1, 3650], "days"),
    maxBytes: integer([1024, 10 * 1024 * 1024], "bytes"),
  }),
  recordRetentionInDays: integer([1, 3650], "days"),
  forceDestroy: boolean,
  logRetentionInDays: oneOf(RETENTION_DAYS),
  logLevel: CALLBACK_CHECKS.logLevel,
  runtime: CALLBACK_CHECKS.runtime,
  alarmActions: anything,
  tags: anything,
  tracing: boolean,
} satisfies Checks<SshCronArgs>;

/** @throws pulumi.ResourceError naming the argument. */
export function checkSshCron(self: pulumi.Resource, args: SshCronArgs): void {
  checkArgs(self, args, CHECKS);
  checkSchedule(self, args);
  targetsOf(args).forEach((target, index) => checkTarget(self, target, `targets[${index}]`));
  if (targetsOf(args).length === 0)
    throw argumentError(self, "targets", [], "give at least one, such as { tag, value }");
  keysOf(args)?.forEach((key, index) => checkKey(self, key, `key[${index}]`));
  checkWork(self, args);
  checkNetwork(self, args);
  warnOfTime(self, args);
}

export function targetsOf({ targets }: SshCronArgs): SshTarget[] {
  return Array.isArray(targets) ? targets : [targets];
}

/** The keys of the program; undefined when the component makes its own. */
export function keysOf({ key }: SshCronArgs): SshKey[] | undefined {
  return key === undefined ? undefined : [key].flat();
}

function checkSchedule(self: pulumi.Resource, { schedule, timezone }: SshCronArgs): void {
  const problem =
    typeof schedule === "string"
      ? scheduleProblem(schedule, new Date(), timezone)
      : `given ${typeof schedule}; write rate(15 minutes) or cron(0 9 ? * MON-FRI *)`;
  if (problem !== undefined) throw new pulumi.ResourceError(`schedule: ${problem}.`, self, true);
}

function checkTarget(self: pulumi.Resource, target: SshTarget, argument: string): void {
  const kinds = ["tag", "filters", "group", "instances", "host"];
  const given = kinds.filter((kind) => typeof target === "object" && target && kind in target);
  if (given.length !== 1) {
    const allowed = `allowed is an object with one of ${kinds.join(", ")}`;
    throw describedError(self, argument, given.join(" and ") || typeof target, allowed);
  }
  if ("tag" in target && target.value === undefined)
    throw argumentError(self, `${argument}.value`, undefined, "give the value of the tag");
  if (!("host" in target)) return;
  hostName(target.host, { resource: self, argument: `${argument}.host` });
  if (target.port !== undefined)
    port(target.port, { resource: self, argument: `${argument}.port` });
  pins(target.hostKeys, { resource: self, argument: `${argument}.hostKeys` });
}

function checkKey(self: pulumi.Resource, key: SshKey, argument: string): void {
  const kinds = ["bucket", "ssmParameter", "secret", "instanceConnect"];
  const given = kinds.filter((kind) => typeof key === "object" && key && kind in key);
  const allowed = `allowed is the place of a key, an object with one of ${kinds.join(", ")}; never the key itself`;
  if (given.length !== 1)
    throw describedError(self, argument, given.join(" and ") || typeof key, allowed);
  if ("bucket" in key)
    text(/^.{1,1024}$/, "give the key of the object")(key.key, {
      resource: self,
      argument: `${argument}.key`,
    });
}

function checkWork(
  self: pulumi.Resource,
  { commands, script, key, background }: SshCronArgs,
): void {
  const keys = [key].flat();
  if (keys.length > 2 || (Array.isArray(key) && key.length === 0))
    throw describedError(
      self,
      "key",
      `${keys.length} places`,
      "give one, or two while one replaces the other",
    );
  const isEmpty = commands === undefined || (Array.isArray(commands) && commands.length === 0);
  if (isEmpty && script === undefined)
    throw describedError(self, "commands", "nothing", "give commands, or a script");
  if (commands !== undefined && typeof commands !== "function") {
    if (!Array.isArray(commands))
      throw describedError(
        self,
        "commands",
        typeof commands,
        "give a list, or a function of the host",
      );
    commands.forEach((command: unknown, index) => {
      if (typeof command !== "string" || command.trim() === "" || command.includes("\0"))
        throw argumentError(
          self,
          `commands[${index}]`,
          command,
          "give a line for the host's shell",
        );
    });
  }
  const kinds = ["file", "text", "bucket"];
  const given = kinds.filter((kind) => script && typeof script === "object" && kind in script);
  if (script !== undefined && given.length !== 1)
    throw describedError(
      self,
      "script",
      given.join(" and ") || typeof script,
      `allowed is an object with one of ${kinds.join(", ")}`,
    );
  if (background && script !== undefined)
    throw describedError(
      self,
      "script",
      "one beside background",
      "put it on the host, and start it by a command",
    );
}

function checkNetwork(self: pulumi.Resource, args: SshCronArgs): void {
  const { network } = args;
  const allowed =
    'give { vpcId, subnetIds }, or { public: "why the internet may reach the hosts" }';
  if (typeof network !== "object" || network === null)
    throw argumentError(self, "network", network, allowed);
  if ("public" in network) {
    if (typeof network.public === "string" && network.public.trim().length > 10) return;
    throw argumentError(
      self,
      "network.public",
      network.public,
      "say in a sentence why that is right here",
    );
  }
  if (
    network.vpcId === undefined ||
    !Array.isArray(network.subnetIds) ||
    network.subnetIds.length === 0
  )
    throw describedError(self, "network", "no vpcId and subnetIds", allowed);
  if (network.nat) return;
  const far = keysOf(args)?.find((key) => !("bucket" in key));
  if (far === undefined) return;
  const kind = Object.keys(far)[0];
  const service = {
    instanceConnect: "EC2 Instance Connect, which has no endpoint in a VPC",
    ssmParameter: "Systems Manager, whose endpoint in a VPC is billed by the hour",
    secret: "Secrets Manager, whose endpoint in a VPC is billed by the hour",
  }[kind];
  throw describedError(
    self,
    "key",
    `${kind} in a VPC without a way out`,
    `it needs ${service}; keep the key in S3 ({ bucket, key }), or say nat: true when the subnets have a NAT gateway or that endpoint, or run outside of the VPC ({ public: "why" })`,
  );
}

/** Hosts that are named can be counted: whether they can be worked through until the next occurrence. */
function warnOfTime(self: pulumi.Resource, args: SshCronArgs): void {
  const { timeout = 300, maximumConcurrency = 50, schedule, timezone } = args;
  const hosts = targetsOf(args).reduce(
    (sum, target) =>
      sum + ("host" in target ? 1 : "instances" in target ? target.instances.length : 0),
    0,
  );
  const now = Date.now();
  const period = (startByOf({ schedule, timezone }, now) - now) / 1000;
  const needed = Math.ceil(hosts / maximumConcurrency) * timeout;
  if (needed <= period) return;
  void pulumi.log.warn(
    `${hosts} hosts with a timeout of ${timeout} s, ${maximumConcurrency} at once, may take ${needed} s, but the next occurrence comes after ${Math.round(period)} s: raise maximumConcurrency, or lower timeout.`,
    self,
  );
}
