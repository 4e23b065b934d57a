import type { LifecycleHook, LifecycleHookSpecification } from "@aws-sdk/client-auto-scaling";
import { parseArn } from "../../core/arn";
import { AwsError } from "../../core/errors";
import type { AccessCheck } from "../../core/service";
import { validation } from "./api";
import { globalTimeout } from "./lifecycleActions";

/** Seconds. https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html */
const [SHORTEST_S, LONGEST_S, DEFAULT_S] = [30, 7200, 3600];

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-quotas.html */
export const MAX_HOOKS = 50;

const TRANSITIONS = ["autoscaling:EC2_INSTANCE_LAUNCHING", "autoscaling:EC2_INSTANCE_TERMINATING"];

type Given = Partial<LifecycleHookSpecification> & { readonly AutoScalingGroupName: string };

/** Returns the hook to store; omitted members keep their previous values. @throws ValidationError */
export function hookWithDefaults(given: Given, before?: LifecycleHook): LifecycleHook {
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const hook: LifecycleHook = {
    HeartbeatTimeout: DEFAULT_S,
    DefaultResult: "ABANDON",
    ...before,
    ...set,
  };
  const { LifecycleTransition: transition, HeartbeatTimeout: seconds = 0, DefaultResult } = hook;
  if (transition === undefined)
    throw validation("LifecycleTransition is required for a new lifecycle hook.");
  if (!TRANSITIONS.includes(transition))
    throw validation(`Lifecycle transition ${transition} is not one of ${TRANSITIONS.join(", ")}.`);
  if (seconds < SHORTEST_S || seconds > LONGEST_S)
    throw validation(
      `Heartbeat timeout ${seconds} must be between ${SHORTEST_S} and ${LONGEST_S} seconds.`,
    );
  if (DefaultResult !== "CONTINUE" && DefaultResult !== "ABANDON")
    throw validation(`Default result ${DefaultResult} must be CONTINUE or ABANDON.`);
  checkTarget(hook);
  return { ...hook, GlobalTimeout: globalTimeout(hook) };
}

/** Returns the check that the caller may pass the role that a hook publishes with. */
export function passedRole(role: string | undefined): AccessCheck[] {
  if (!role) return [];
  const context = { "iam:PassedToService": "autoscaling.amazonaws.com" };
  return [{ action: "iam:PassRole", resource: role, context }];
}

/** Checks the target; an empty one removes the existing target. */
function checkTarget({ NotificationTargetARN: target }: LifecycleHook): void {
  if (!target) return;
  const service = parseArn(target)?.service;
  if (service === "lambda")
    throw new AwsError(
      "NotImplemented",
      `The local cloud does not implement lifecycle hooks that call ${target}: their targets are SNS topics and SQS queues. ` +
        "Nothing was done; see docs/local-cloud.md for what is emulated.",
      { status: 501 },
    );
  if (service !== "sns" && service !== "sqs")
    throw validation(
      `Notification target ${target} must be the ARN of an Amazon SNS topic or an Amazon SQS queue.`,
    );
}
