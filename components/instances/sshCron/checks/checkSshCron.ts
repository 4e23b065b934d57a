import type * as pulumi from "@pulumi/pulumi";
import { CALLBACK_CHECKS } from "../../../function/callbackOptions";
import { RETENTION_DAYS } from "../../../retention";
import {
  anything,
  argumentError,
  boolean,
  checkArgs,
  type Checks,
  describedError,
  immediate,
  integer,
  list,
  isObject,
  object,
  oneOf,
  required,
  text,
} from "../../../validation";
import type {
  SshBackground,
  SshBatch,
  SshCronArgs,
  SshHostKeys,
  SshJumpHost,
  SshLogs,
} from "../args";
import { keysOf, targetsOf } from "../given";
import {
  checkKey,
  checkTemporaryKeys,
  checkNetwork,
  checkStaticHosts,
  checkTarget,
} from "./access";
import { date, hostName, pins, port, time, userName } from "./forms";
import { refusePrivateKeys } from "./secrets";
import { checkPolling, checkSchedule, warnOfTime } from "./time";
import { checkTransport } from "./transport";
import { checkWork } from "./work";
import { checkAlarmActions, checkTags } from "../../../function/sharedChecks";

/** Seconds; a Lambda function has 60 more. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LONGEST_JOB = 840;

const CHECKS = {
  // Checked in combination below.
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
  when: immediate,
  where: immediate,
  transport: oneOf(["ssh", "ssm"]),
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
      instanceId: anything,
    }),
  ),
  hostKeys: object<SshHostKeys>({
    pins: (value, { resource, argument }) => {
      if (typeof value !== "object" || value === null || Array.isArray(value))
        throw describedError(
          resource,
          argument,
          typeof value,
          "give an object with the keys of each instance, by its id",
        );
      for (const [host, keys] of Object.entries(value))
        pins(keys, { resource, argument: `${argument}.${host}` });
    },
    trustOnFirstUse: boolean,
  }),
  environment: (value, { resource, argument }) => {
    isObject(value, { resource, argument });
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
  background: (value, place) =>
    typeof value === "object" && value !== null
      ? object<SshBackground>({
          poll: required((poll, at) => {
            if (poll !== true)
              throw argumentError(at.resource, at.argument, poll, "allowed is true");
          }),
          timeout: integer([60, 86_400], "seconds"),
        })(value, place)
      : boolean(value, place),
  batch: object<SshBatch>({
    size: required((value, { resource, argument }) => {
      if (typeof value === "string" && /^([1-9]\d?|100)%$/.test(value)) return;
      if (typeof value !== "number")
        throw argumentError(resource, argument, value, "allowed are 1% to 100%, or whole hosts");
      integer([1, 1000], "hosts")(value, { resource, argument });
    }),
    pause: integer([0, 3600], "seconds"),
    maxFailures: integer([0, 1000], "failures"),
  }),
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
        `allowed are ${LONGEST_JOB} seconds, because a function cannot run longer; start a longer job with background: { poll: true }`,
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
    kmsKey: anything,
  }),
  recordRetentionInDays: integer([1, 3650], "days"),
  forceDestroy: boolean,
  logRetentionInDays: oneOf(RETENTION_DAYS),
  logLevel: CALLBACK_CHECKS.logLevel,
  runtime: CALLBACK_CHECKS.runtime,
  alarmActions: checkAlarmActions,
  tags: checkTags,
  tracing: boolean,
} satisfies Checks<SshCronArgs>;

/** @throws pulumi.ResourceError naming the argument. */
export function checkSshCron(self: pulumi.Resource, args: SshCronArgs): void {
  refusePrivateKeys(self, args);
  checkArgs(self, args, CHECKS);
  checkTransport(self, args);
  checkSchedule(self, args);
  targetsOf(args).forEach((target, index) => checkTarget(self, target, `targets[${index}]`));
  if (targetsOf(args).length === 0)
    throw argumentError(self, "targets", [], "give at least one, such as { tag, value }");
  keysOf(args)?.forEach((key, index) => checkKey(self, key, `key[${index}]`));
  checkStaticHosts(self, args);
  checkTemporaryKeys(self, args);
  checkWork(self, args);
  checkPolling(self, args);
  checkNetwork(self, args);
  warnOfTime(self, args);
}
