import { randomUUID } from "node:crypto";
import type { Activity } from "@aws-sdk/client-auto-scaling";
import type { StoreScope } from "../../core/service";
import { sendScalingEvent } from "./scalingEvents";
import type { Group, Member } from "./store";

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingActivities.html */
const MAX_ACTIVITIES = 100;

export function beginActivity(
  scope: StoreScope,
  group: Group,
  Description: string,
  Cause: string,
): Activity {
  const activity: Activity = {
    ActivityId: randomUUID(),
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    Description,
    Cause,
    StartTime: scope.clock.date(),
    StatusCode: "InProgress",
    Progress: 0,
    Details: "{}",
  };
  group.activities.unshift(activity);
  group.activities.length = Math.min(group.activities.length, MAX_ACTIVITIES);
  return activity;
}

export async function succeed(
  scope: StoreScope,
  group: Group,
  member: Member,
  what: "Launch" | "Terminate",
): Promise<void> {
  const { activity } = member;
  finish(scope, activity, "Successful");
  group.lastScaledAt = scope.clock.now();
  if (what === "Launch") group.failedLaunches = 0;
  await sendScalingEvent(scope, group, { member, detailType: `EC2 Instance ${what} Successful` });
}

/** Cancels a launch after an abandoned lifecycle action or the end of its instance. */
export async function cancelLaunch(
  scope: StoreScope,
  group: Group,
  member: Member,
  why: string,
): Promise<void> {
  finish(scope, member.activity, "Cancelled", why);
  const detailType = "EC2 Instance Launch Unsuccessful";
  await sendScalingEvent(scope, group, { member, detailType });
}

/**
 * Records a launch that EC2 refused, without an instance. Text from
 * https://github.com/PrairieLearn/PrairieLearn/issues/3271, and, where EC2's own has no period at its end,
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-ami.html
 */
export function failLaunch(scope: StoreScope, group: Group, cause: string, reason: string): void {
  const message = `${reason.replace(/\.$/, "")}. Launching EC2 instance failed.`;
  const what = `Launching a new EC2 instance.  Status Reason: ${message}`;
  finish(scope, beginActivity(scope, group, what, cause), "Failed", message);
}

function finish(
  { clock }: StoreScope,
  activity: Activity,
  code: Activity["StatusCode"],
  message?: string,
): void {
  activity.EndTime = clock.date();
  activity.StatusCode = code;
  activity.Progress = 100;
  if (message !== undefined) activity.StatusMessage = message;
}
