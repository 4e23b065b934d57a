import { ACCOUNT_ID, nextUuid, TIME } from "./example";

/**
 * The message that Auto Scaling sends to a lifecycle hook's queue or topic. Source:
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/prepare-for-lifecycle-notifications.html
 */
export interface LifecycleMessage {
  readonly LifecycleHookName: string;
  readonly AccountId: string;
  readonly RequestId: string;
  readonly LifecycleTransition: LifecycleTransition;
  readonly AutoScalingGroupName: string;
  readonly Service: "AWS Auto Scaling";
  readonly Time: string;
  readonly EC2InstanceId: string;
  /** 36 characters. */
  readonly LifecycleActionToken: string;
  /** The hook's metadata; absent without any. */
  readonly NotificationMetadata?: string;
  /**
   * Where the instance comes from and where it goes: `EC2`, `AutoScalingGroup` or `WarmPool`; absent in older messages.
   */
  readonly Origin?: string;
  readonly Destination?: string;
}

export type LifecycleTransition =
  "autoscaling:EC2_INSTANCE_LAUNCHING" | "autoscaling:EC2_INSTANCE_TERMINATING";

/** Sent once when a hook is created: without a token, an instance or a transition. */
export interface LifecycleTestNotification {
  readonly AccountId: string;
  readonly RequestId: string;
  readonly AutoScalingGroupARN: string;
  readonly AutoScalingGroupName: string;
  readonly Service: "AWS Auto Scaling";
  readonly Event: "autoscaling:TEST_NOTIFICATION";
  readonly Time: string;
}

/** Returns the message for an instance that waits for a hook during its launch. */
export function lifecycleMessage(overrides: Partial<LifecycleMessage> = {}): LifecycleMessage {
  return {
    LifecycleHookName: "hook",
    AccountId: ACCOUNT_ID,
    RequestId: nextUuid(),
    LifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
    AutoScalingGroupName: "group",
    Service: "AWS Auto Scaling",
    Time: TIME,
    EC2InstanceId: "i-0123456789abcdef0",
    LifecycleActionToken: nextUuid(),
    ...overrides,
  };
}

export function lifecycleTestNotification(
  overrides: Partial<LifecycleTestNotification> = {},
): LifecycleTestNotification {
  const name = overrides.AutoScalingGroupName ?? "group";
  const owner = `arn:aws:autoscaling:us-east-1:${ACCOUNT_ID}`;
  return {
    AccountId: ACCOUNT_ID,
    RequestId: nextUuid(),
    AutoScalingGroupARN: `${owner}:autoScalingGroup:${nextUuid()}:autoScalingGroupName/${name}`,
    AutoScalingGroupName: name,
    Service: "AWS Auto Scaling",
    Event: "autoscaling:TEST_NOTIFICATION",
    Time: TIME,
    ...overrides,
  };
}

/**
 * Returns the message as text. The API reference says JSON for SQS and `Key: value` lines like an e-mail's for SNS, but
 * SNS delivers JSON too; a reader must accept both. Source:
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html
 */
export function lifecycleText(
  message: LifecycleMessage | LifecycleTestNotification,
  format: "json" | "keyValue" = "json",
): string {
  if (format === "json") return JSON.stringify(message);
  return Object.entries(message)
    .map(([key, value]) => `${key}: ${String(value)}`)
    .join("\n");
}
