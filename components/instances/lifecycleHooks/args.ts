import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { CALLBACK_CHECKS, type CallbackOptions } from "../../function/callbackOptions";
import { RETENTION_DAYS } from "../../retention";
import {
  anything,
  argumentError,
  boolean,
  type Checks,
  integer,
  object,
  oneOf,
} from "../../validation";
import { checkAlarmActions, checkTags } from "../../function/sharedChecks";

/** How many failed launches in a row count as a loop. */
export interface LaunchLoop {
  /** Failed launches of a group, 2 to 100. Default 5. */
  failures?: number;
  /** Within this number of minutes, 1 to 1440. Default 60. */
  minutes?: number;
}

/** Arguments of every component that uses lifecycle hooks. */
export interface LifecycleHookArgs extends Pick<
  CallbackOptions,
  "alarmActions" | "logLevel" | "logRetentionInDays" | "memorySize" | "runtime" | "tags" | "tracing"
> {
  /**
   * How Auto Scaling notifies the function: `sns`, through an encrypted topic, or `eventbridge`, which is best effort.
   * Default `sns`.
   */
  notify?: "sns" | "eventbridge";
  /** ARN of the KMS key that encrypts the topic. Default: one key for all such topics of the stack. */
  topicKey?: pulumi.Input<string>;
  /** Seconds that Auto Scaling waits for a heartbeat before it abandons the instance, 120 to 7200. Default 300. */
  heartbeatTimeout?: number;
  /**
   * Seconds that one call of the function may take, 60 to 840: together with Lambda's retry a minute later it must fit
   * into `heartbeatTimeout`. Default 240, or as much as fits.
   */
  timeout?: number;
  /**
   * What happens when launches keep failing, since each of them costs an instance: `suspend` also suspends Launch for
   * that group, until a person resumes it; `alarm` only sets off the alarm. Default `suspend`.
   */
  onLoop?: "suspend" | "alarm";
  /** How many failed launches count as a loop. Default: 5 within 60 minutes. */
  loop?: LaunchLoop;
  /** Minutes between two checks for missed instances and leftovers, 1 to 60. Default 5. */
  sweepMinutes?: number;
}

/** Properties of a group that are needed before it exists. */
export interface GroupFacts extends Pick<
  aws.autoscaling.GroupArgs,
  "availabilityZones" | "mixedInstancesPolicy" | "waitForCapacityTimeout"
> {
  /** The group's name at AWS, if you set it. Default: Pulumi makes one from the name in the program. */
  name?: aws.autoscaling.GroupArgs["name"];
  /** Prefix of the group's name, if you set one. */
  namePrefix?: aws.autoscaling.GroupArgs["namePrefix"];
}

/**
 * Seconds that Lambda waits before it retries a failed call.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
const RETRY_DELAY = 60;
const HEARTBEAT = 300;
const LONGEST_DEFAULT = 240;
const [SHORTEST_TIMEOUT, LONGEST_TIMEOUT] = [60, 840];

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html (HeartbeatTimeout) */
const LONGEST_HEARTBEAT = 7200;

export const LIFECYCLE_HOOK_CHECKS = {
  notify: oneOf(["sns", "eventbridge"]),
  topicKey: anything,
  heartbeatTimeout: (value, { resource, argument }) => {
    const least = SHORTEST_TIMEOUT + RETRY_DELAY;
    if (Number.isInteger(value) && Number(value) >= least && Number(value) <= LONGEST_HEARTBEAT)
      return;
    const allowed = `allowed are whole seconds from ${least} to ${LONGEST_HEARTBEAT}: a call of the function and, if it dies, Lambda's next call ${RETRY_DELAY} seconds later must fit`;
    throw argumentError(resource, argument, value, allowed);
  },
  timeout: integer([SHORTEST_TIMEOUT, LONGEST_TIMEOUT], "seconds"),
  onLoop: oneOf(["suspend", "alarm"]),
  loop: object<LaunchLoop>({
    failures: integer([2, 100], "launches"),
    minutes: integer([1, 1440], "minutes"),
  }),
  sweepMinutes: integer([1, 60], "minutes"),
  alarmActions: checkAlarmActions,
  logLevel: CALLBACK_CHECKS.logLevel,
  logRetentionInDays: oneOf(RETENTION_DAYS),
  memorySize: CALLBACK_CHECKS.memorySize,
  runtime: CALLBACK_CHECKS.runtime,
  tags: checkTags,
  tracing: boolean,
} satisfies Checks<LifecycleHookArgs>;

/**
 * Returns both times in seconds, with defaults.
 *
 * @throws pulumi.ResourceError for a call that leaves no room for its retry.
 */
export function timesOf(
  self: pulumi.Resource,
  { heartbeatTimeout = HEARTBEAT, timeout }: LifecycleHookArgs,
): { readonly heartbeatTimeout: number; readonly timeout: number } {
  const most = heartbeatTimeout - RETRY_DELAY;
  if (timeout !== undefined && timeout > most) {
    const allowed = `allowed are ${most} seconds with a heartbeatTimeout of ${heartbeatTimeout}: if a call dies, Lambda calls again ${RETRY_DELAY} seconds later, and the instance must still wait`;
    throw argumentError(self, "timeout", timeout, allowed);
  }
  return { heartbeatTimeout, timeout: timeout ?? Math.min(LONGEST_DEFAULT, most) };
}
