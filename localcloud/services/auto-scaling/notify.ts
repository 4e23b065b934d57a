import { randomUUID } from "node:crypto";
import type { LifecycleHook } from "@aws-sdk/client-auto-scaling";
import { parseArn } from "../../core/arn";
import { AwsError, ConnectionLost } from "../../core/errors";
import { servicePrincipal, type Principal } from "../../core/principal";
import { sendToEventBridge } from "../../core/reports";
import type { StoreScope } from "../../core/service";
import { queueOf } from "../eventbridge/delivery/queueOf";
import { validation } from "./api";
import type { Group, LifecycleAction, Member } from "./store";

const SERVICE = "autoscaling.amazonaws.com";

type Target = Pick<LifecycleHook, "NotificationTargetARN" | "RoleARN">;

/**
 * Notifies a hook's target and EventBridge that an instance waits. Messages that cannot be delivered are lost.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/prepare-for-lifecycle-notifications.html
 */
export async function notifyWaiting(
  scope: StoreScope,
  group: Group,
  member: Member,
  { hook, token }: LifecycleAction,
): Promise<void> {
  const detail = {
    ...member.movement,
    LifecycleHookName: hook.LifecycleHookName,
    EC2InstanceId: member.id,
    LifecycleActionToken: token,
    AutoScalingGroupName: group.name,
    LifecycleTransition: hook.LifecycleTransition,
    ...(hook.NotificationMetadata && { NotificationMetadata: hook.NotificationMetadata }),
  };
  const isLaunch = hook.LifecycleTransition === "autoscaling:EC2_INSTANCE_LAUNCHING";
  await sendToEventBridge(scope, SERVICE, {
    Source: "aws.autoscaling",
    DetailType: `EC2 Instance-${isLaunch ? "launch" : "terminate"} Lifecycle Action`,
    Resources: [group.arn],
    Detail: detail,
    Time: scope.clock.date(),
  });
  const doing = isLaunch ? "LAUNCHING" : "TERMINATING";
  const subject = `Auto Scaling:  Lifecycle action '${doing}' for instance ${member.id} in progress.`;
  await publish(scope, hook, subject, { ...common(scope), ...detail }).catch(onlyRefusals);
}

/**
 * Sends the test message of a new hook.
 * @throws ValidationError if the target, its key or the role does not allow it
 */
export async function testTarget(
  scope: StoreScope,
  group: Pick<Group, "name" | "arn">,
  target: Target,
): Promise<void> {
  const subject = `Auto Scaling: test notification for group "${group.name}"`;
  const message = {
    ...common(scope),
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    Event: "autoscaling:TEST_NOTIFICATION",
  };
  try {
    await publish(scope, target, subject, message);
  } catch (error) {
    onlyRefusals(error);
    const { NotificationTargetARN: arn, RoleARN: role } = target;
    throw validation(
      `Unable to publish test message to notification target ${arn}` +
        `${role ? ` using IAM role ${role}` : ""}. ` +
        "Please check your target and role configuration and try to put lifecycle hook again.",
    );
  }
}

function common({ accountId, clock }: StoreScope) {
  return {
    AccountId: accountId,
    RequestId: randomUUID(),
    Service: "AWS Auto Scaling",
    Time: clock.date().toISOString(),
  };
}

async function publish(
  scope: StoreScope,
  { NotificationTargetARN: target, RoleARN: role }: Target,
  Subject: string,
  message: object,
): Promise<void> {
  if (!target) return;
  const text = JSON.stringify(message);
  const isTopic = parseArn(target)?.service === "sns";
  const { region, url } = queueOf(target, scope.cloud.endpoint);
  await asRole(scope, role, (principal) =>
    scope.cloud.call({
      service: isTopic ? "sns" : "sqs",
      operation: isTopic ? "Publish" : "SendMessage",
      input: isTopic
        ? { TopicArn: target, Subject, Message: text }
        : { QueueUrl: url, MessageBody: text },
      principal,
      region,
    }),
  );
}

/** Runs a call with the role; without a role, as the service itself. */
async function asRole(
  { cloud, accountId }: StoreScope,
  roleArn: string | undefined,
  act: (principal: Principal) => Promise<unknown>,
): Promise<void> {
  if (!roleArn) return void (await act(servicePrincipal(SERVICE, undefined, accountId)));
  const { identity } = cloud;
  const session = identity.assumeForService({
    roleArn,
    service: SERVICE,
    sessionName: "AutoScaling-LifecycleHook",
  });
  try {
    await act(session.principal);
  } finally {
    identity.endSession(session.accessKeyId);
  }
}

function onlyRefusals(error: unknown): void {
  if (!(error instanceof AwsError) && !(error instanceof ConnectionLost)) throw error;
}
