import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { checkEnvironmentNames } from "./environment";
import { argumentError, describedError, checkInteger, checkKeys, checkOneOf } from "../validation";

/** The options of every component that runs a callback in Lambda. */
export interface CallbackOptions {
  /** What the function is for, shown in the console; at most 256 characters. Default: none. */
  description?: string;
  /** Variables that the callback reads from process.env, 4 KB together. Secrets are refused. Default: none. */
  environment?: Record<string, pulumi.Input<string>>;
  /** Seconds that one call may take, 1 to 900. Default 30. */
  timeout?: number;
  /** Megabytes of memory, 128 to 10 240; the processor share grows with it. Default 256. */
  memorySize?: number;
  /** Megabytes of /tmp, 512 to 10 240. Default 512. */
  ephemeralStorage?: number;
  /** At most so many calls at once; 0 stops the function. Default: the account's limit, shared. */
  reservedConcurrency?: number;
  /** "nodejs22.x" or "nodejs24.x". Default "nodejs24.x". */
  runtime?: Runtime;
  /** Days that the log is kept, one of CloudWatch's values. Default 30. */
  logRetentionInDays?: number;
  /** The least level that console.* writes to the log. Default "INFO". */
  logLevel?: LogLevel;
  /** Traces calls with X-Ray. Default false. */
  tracing?: boolean;
  /** How asynchronous calls are retried before they go to the failure queue; false = none are made. */
  asynchronous?: AsynchronousOptions | false;
  /** A queue of yours for failed asynchronous calls. Default: the component creates one. */
  failureQueue?: aws.sqs.Queue;
  /** What an alarm notifies. Default: nothing, with a warning; `[]` says that this is meant. */
  alarmActions?: pulumi.Input<string>[];
  /** Which alarms to create. Default `["errors", "failures"]`, without asynchronous calls `["errors", "throttles"]`. */
  alarms?: AlarmName[];
  /** Subnets and security groups to run in. Default: no VPC. */
  vpc?: CallbackVpc;
  /** Publishes a version of every change, for aliases. Default false. */
  publish?: boolean;
  /** Tags of every resource that can have them. Default: none. */
  tags?: Record<string, pulumi.Input<string>>;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
export interface AsynchronousOptions {
  /** Retries after an error, 0 to 2, one and two minutes later. Default 2. */
  maximumRetryAttempts?: number;
  /** Seconds after which a waiting event is given up, 60 to 21 600. Default 21 600. */
  maximumEventAgeInSeconds?: number;
}

export interface CallbackVpc {
  subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  securityGroupIds: pulumi.Input<pulumi.Input<string>[]>;
}

/** Seconds. Long enough for a few retries of the SDK, short enough not to pay for a hanging call for long. */
export const DEFAULT_TIMEOUT = 30;

/** What can go wrong with a function, by the name of its alarm. */
export type AlarmName = (typeof ALARM_NAMES)[number];

/**
 * errors: a call failed. throttles: a call found no room. failures: the failure queue holds a message.
 * undelivered: a failed event did not even reach that queue. slow: the slowest calls near the timeout.
 */
const ALARM_NAMES = ["errors", "throttles", "failures", "undelivered", "slow"] as const;

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */
export type Runtime = (typeof RUNTIMES)[number];
const RUNTIMES = ["nodejs22.x", "nodejs24.x"] as const;

/** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html */
export type LogLevel = (typeof LOG_LEVELS)[number];
const LOG_LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"] as const;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];

/** The names of CallbackOptions; a component lists its own arguments beside them. */
export const CALLBACK_OPTIONS: readonly string[] = Object.keys({
  description: 0,
  environment: 0,
  timeout: 0,
  memorySize: 0,
  ephemeralStorage: 0,
  reservedConcurrency: 0,
  runtime: 0,
  logRetentionInDays: 0,
  logLevel: 0,
  tracing: 0,
  asynchronous: 0,
  failureQueue: 0,
  alarmActions: 0,
  alarms: 0,
  vpc: 0,
  publish: 0,
  tags: 0,
} satisfies Record<keyof CallbackOptions, 0>);

/** The CallbackOptions among a component's arguments, to pass on to its functions. */
export function pickCallbackOptions(args: CallbackOptions): CallbackOptions {
  const picked = Object.entries(args).filter(([key]) => CALLBACK_OPTIONS.includes(key));
  return Object.fromEntries(picked) as CallbackOptions;
}

/**
 * Refuses what Lambda, CloudWatch or SQS would refuse, and what would be silently ignored.
 *
 * @throws pulumi.ResourceError naming the argument.
 */
export function checkCallbackOptions(resource: pulumi.Resource, options: CallbackOptions): void {
  const { description, timeout, memorySize, ephemeralStorage, reservedConcurrency } = options;
  if (description !== undefined && description.length > 256) {
    throw describedError(
      resource,
      "description",
      `${description.length} characters`,
      "allowed are 256 characters",
    );
  }
  checkInteger(resource, "timeout", timeout, [1, 900], "seconds");
  checkInteger(resource, "memorySize", memorySize, [128, 10_240], "megabytes");
  checkInteger(resource, "ephemeralStorage", ephemeralStorage, [512, 10_240], "megabytes");
  checkInteger(resource, "reservedConcurrency", reservedConcurrency, [0, 1_000_000], "calls");
  checkOneOf(resource, "runtime", options.runtime, RUNTIMES);
  checkOneOf(resource, "logRetentionInDays", options.logRetentionInDays, RETENTION_DAYS);
  checkOneOf(resource, "logLevel", options.logLevel, LOG_LEVELS);
  checkOneOf(resource, "tracing", options.tracing, [true, false]);
  checkOneOf(resource, "publish", options.publish, [true, false]);
  options.alarms?.forEach((alarm) => checkOneOf(resource, "alarms", alarm, ALARM_NAMES));
  checkAsynchronous(resource, options);
  checkVpc(resource, options.vpc);
  checkEnvironmentNames(resource, options.environment ?? {});
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html */
function checkAsynchronous(resource: pulumi.Resource, options: CallbackOptions): void {
  const { asynchronous, failureQueue, alarms } = options;
  if (asynchronous === false) {
    if (failureQueue) {
      const allowed = "with asynchronous: false nothing fails into one; leave out either";
      throw describedError(resource, "failureQueue", "a queue", allowed);
    }
    const misplaced = alarms?.find((alarm) => alarm === "failures" || alarm === "undelivered");
    if (!misplaced) return;
    const allowed = "with asynchronous: false there is no failure queue; leave it out";
    throw argumentError(resource, "alarms", misplaced, allowed);
  }
  if (asynchronous === undefined) return;
  const { maximumRetryAttempts: retries, maximumEventAgeInSeconds: age } = asynchronous;
  const keys = ["maximumRetryAttempts", "maximumEventAgeInSeconds"];
  checkKeys(resource, asynchronous, keys, "asynchronous");
  checkInteger(resource, "asynchronous.maximumRetryAttempts", retries, [0, 2], "retries");
  checkInteger(resource, "asynchronous.maximumEventAgeInSeconds", age, [60, 21_600], "seconds");
}

function checkVpc(resource: pulumi.Resource, vpc: CallbackVpc | undefined): void {
  if (!vpc) return;
  checkKeys(resource, vpc, ["subnetIds", "securityGroupIds"], "vpc");
  for (const key of ["subnetIds", "securityGroupIds"] as const) {
    const ids = vpc[key] as unknown;
    if (ids === undefined || (Array.isArray(ids) && ids.length === 0)) {
      throw argumentError(resource, `vpc.${key}`, ids, "at least one id is needed");
    }
  }
}
