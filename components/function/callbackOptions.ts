import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { RETENTION_DAYS } from "../retention";
import {
  anything,
  argumentError,
  boolean,
  type Checks,
  describedError,
  integer,
  isObject,
  list,
  object,
  oneOf,
  required,
  textUpTo,
} from "../validation";
import { checkEnvironmentNames } from "./environment";
import { checkAlarmActions, checkTags } from "./sharedChecks";

/** Options of every component that runs a callback in Lambda. */
export interface CallbackOptions {
  /** Description of the function, shown in the console; at most 256 characters. Default: none. */
  description?: string;
  /** Variables that the callback reads from process.env, 4 KB in total. Secrets are refused. Default: none. */
  environment?: Record<string, pulumi.Input<string>>;
  /** Seconds that one call may take, 1 to 900. Default 30. */
  timeout?: number;
  /** Megabytes of memory, 128 to 10 240; the CPU share grows with it. Default 256. */
  memorySize?: number;
  /** Megabytes of /tmp, 512 to 10 240. Default 512. */
  ephemeralStorage?: number;
  /** Most calls at the same time; 0 stops the function. Default: the account's limit, shared. */
  reservedConcurrency?: number;
  /** "nodejs22.x" or "nodejs24.x". Default "nodejs24.x". */
  runtime?: Runtime;
  /** Days that the log is kept, one of CloudWatch's values. Default 30. */
  logRetentionInDays?: number;
  /** The lowest level that console.* writes to the log. Default "INFO". */
  logLevel?: LogLevel;
  /** Traces calls with X-Ray. Default false. */
  tracing?: boolean;
  /**
   * How asynchronous calls are retried before they go to the failure queue; false if nothing calls the function
   * asynchronously. Default: twice, within 6 hours.
   */
  asynchronous?: AsynchronousOptions | false;
  /** Your own queue for failed asynchronous calls. Default: the component creates one. */
  failureQueue?: aws.sqs.Queue;
  /** ARNs that the alarms notify. Default: none, with a warning; `[]` turns the warning off. */
  alarmActions?: pulumi.Input<string>[];
  /** Which alarms to create. Default `["errors", "failures"]`, without asynchronous calls `["errors", "throttles"]`. */
  alarms?: AlarmName[];
  /** Subnets and security groups to run in. Default: no VPC. */
  vpc?: CallbackVpc;
  /** Publishes a version of every change, for aliases. Default false. */
  publish?: boolean;
  /** Tags of every resource that supports them. Default: none. */
  tags?: Record<string, pulumi.Input<string>>;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
export interface AsynchronousOptions {
  /** Retries after an error, 0 to 2, one and two minutes later. Default 2. */
  maximumRetryAttempts?: number;
  /** Seconds after which a waiting event is dropped, 60 to 21 600. Default 21 600. */
  maximumEventAgeInSeconds?: number;
}

export interface CallbackVpc {
  subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  securityGroupIds: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Whether it may connect to IPv6 addresses, from dual-stack subnets. Default false.
   * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-ipv6
   */
  ipv6AllowedForDualStack?: pulumi.Input<boolean>;
}

/** Seconds. Long enough for a few retries of the SDK, short enough that a hanging call does not cost much. */
export const DEFAULT_TIMEOUT = 30;

/** What can go wrong with a function, by the name of its alarm. */
export type AlarmName = (typeof ALARM_NAMES)[number];

/**
 * errors: a call failed. throttles: a call was throttled. failures: the failure queue contains a message. undelivered:
 * a failed event did not even reach that queue. slow: the slowest calls approach the timeout.
 */
const ALARM_NAMES = ["errors", "throttles", "failures", "undelivered", "slow"] as const;

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */
export type Runtime = (typeof RUNTIMES)[number];
const RUNTIMES = ["nodejs22.x", "nodejs24.x"] as const;

/** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html */
export type LogLevel = (typeof LOG_LEVELS)[number];
const LOG_LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"] as const;

/** https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html */
const ASYNCHRONOUS_CHECKS = {
  maximumRetryAttempts: integer([0, 2], "retries"),
  maximumEventAgeInSeconds: integer([60, 21_600], "seconds"),
} satisfies Checks<AsynchronousOptions>;

const ids = required((value, { resource, argument }) => {
  if (value === undefined || (Array.isArray(value) && value.length === 0))
    throw argumentError(resource, argument, value, "at least one id is needed");
});

const alarmName = oneOf(ALARM_NAMES);

/** Checks of the CallbackOptions; a component adds checks of its own arguments. */
export const CALLBACK_CHECKS = {
  description: textUpTo(256),
  environment: (value, place) => {
    isObject(value, place);
    checkEnvironmentNames(place.resource, value as Record<string, pulumi.Input<string>>);
  },
  timeout: integer([1, 900], "seconds"),
  memorySize: integer([128, 10_240], "megabytes"),
  ephemeralStorage: integer([512, 10_240], "megabytes"),
  reservedConcurrency: integer([0, 1_000_000], "calls"),
  runtime: oneOf(RUNTIMES),
  logRetentionInDays: oneOf(RETENTION_DAYS),
  logLevel: oneOf(LOG_LEVELS),
  tracing: boolean,
  asynchronous: (value, place) => {
    if (value !== false) object<AsynchronousOptions>(ASYNCHRONOUS_CHECKS)(value, place);
  },
  failureQueue: anything,
  alarmActions: checkAlarmActions,
  alarms: list(alarmName),
  vpc: object<CallbackVpc>({
    subnetIds: ids,
    securityGroupIds: ids,
    ipv6AllowedForDualStack: anything,
  }),
  publish: boolean,
  tags: checkTags,
} satisfies Checks<CallbackOptions>;

/** Returns the CallbackOptions among a component's arguments, to pass on to its functions. */
export function pickCallbackOptions(args: CallbackOptions): CallbackOptions {
  const picked = Object.entries(args).filter(([key]) => Object.hasOwn(CALLBACK_CHECKS, key));
  return Object.fromEntries(picked);
}

/**
 * Refuses combinations of options that have no effect together.
 *
 * @throws pulumi.ResourceError naming the argument.
 */
export function checkTogether(resource: pulumi.Resource, options: CallbackOptions): void {
  const { asynchronous, failureQueue, alarms } = options;
  if (asynchronous !== false) return;
  if (failureQueue) {
    const allowed =
      "with asynchronous: false no call goes to a failure queue; leave out one of them";
    throw describedError(resource, "failureQueue", "a queue", allowed);
  }
  const misplaced = alarms?.find((alarm) => alarm === "failures" || alarm === "undelivered");
  if (!misplaced) return;
  const allowed = "with asynchronous: false there is no failure queue; leave it out";
  throw argumentError(resource, "alarms", misplaced, allowed);
}
