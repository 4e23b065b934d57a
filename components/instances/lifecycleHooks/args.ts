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

/** When launches that fail one after another are a loop. */
export interface LaunchLoop {
  /** Launches of a group that failed, 2 to 100. Default 5. */
  failures?: number;
  /** Within so many minutes, 1 to 1440. Default 60. */
  minutes?: number;
}

/** What every component on lifecycle hooks takes. */
export interface LifecycleHookArgs extends Pick<
  CallbackOptions,
  "alarmActions" | "logLevel" | "logRetentionInDays" | "memorySize" | "runtime" | "tags" | "tracing"
> {
  /** How Auto Scaling tells of an instance: through an encrypted topic of SNS, or by EventBridge, which is best effort. Default `sns`. */
  notify?: "sns" | "eventbridge";
  /** ARN of the KMS key that encrypts the topic. Default: one key for all such topics of the stack. */
  topicKey?: pulumi.Input<string>;
  /** Seconds that Auto Scaling waits for a sign of life before it abandons the instance, 120 to 7200. Default 300. */
  heartbeatTimeout?: number;
  /** Seconds that one call of the function may take, 60 to 840: with Lambda's retry a minute later it must fit into `heartbeatTimeout`. Default 240, or as much as fits. */
  timeout?: number;
  /** What happens when launches fail one after another, since each of them bills an instance. Default `suspend`: Launch of that group, until somebody resumes it. */
  onLoop?: "suspend" | "alarm";
  /** When they do. Default: 5 within 60 minutes. */
  loop?: LaunchLoop;
  /** Minutes between two looks for instances that nobody was told of and for what is left over, 1 to 60. Default 5. */
  sweepMinutes?: number;
}

/** What of a group matters before it is there. */
export interface GroupFacts extends Pick<
  aws.autoscaling.GroupArgs,
  "availabilityZones" | "mixedInstancesPolicy" | "waitForCapacityTimeout"
> {
  /** Its name at AWS, if it has one of its own. Default: Pulumi makes one from that in the program. */
  name?: aws.autoscaling.GroupArgs["name"];
  /** What its name begins with, if it has a prefix of its own. */
  namePrefix?: aws.autoscaling.GroupArgs["namePrefix"];
}

/** Lambda waits so long before it calls again after a failure, seconds. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
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
  alarmActions: anything,
  logLevel: CALLBACK_CHECKS.logLevel,
  logRetentionInDays: oneOf(RETENTION_DAYS),
  memorySize: CALLBACK_CHECKS.memorySize,
  runtime: CALLBACK_CHECKS.runtime,
  tags: anything,
  tracing: boolean,
} satisfies Checks<LifecycleHookArgs>;

/** Seconds, with their defaults. @throws pulumi.ResourceError for a call that leaves no room for its retry */
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
