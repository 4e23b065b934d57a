import { formatArn } from "../../core/arn";
import { sendToEventBridge } from "../../core/reports";
import type { StoreScope } from "../../core/service";
import type { Group, Member } from "./store";

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html */
export async function sendScalingEvent(
  scope: StoreScope,
  group: Group,
  { member, detailType }: { readonly member: Member; readonly detailType: string },
): Promise<void> {
  const { activity, id: instanceId, zone } = member;
  const isFailure = detailType.endsWith("Unsuccessful");
  const detail = {
    StatusCode: isFailure ? "Failed" : "InProgress",
    ...(isFailure && { StatusMessage: activity.StatusMessage }),
    AutoScalingGroupName: group.name,
    ActivityId: activity.ActivityId,
    Details: { "Availability Zone": zone },
    Description: activity.Description,
    EC2InstanceId: instanceId,
    Cause: activity.Cause,
    RequestId: activity.ActivityId,
    StartTime: activity.StartTime,
    EndTime: activity.EndTime,
    ...member.movement,
  };
  await sendToEventBridge(scope, "autoscaling.amazonaws.com", {
    Source: "aws.autoscaling",
    DetailType: detailType,
    Resources: [group.arn, formatArn("ec2", scope, `instance/${instanceId}`)],
    Detail: detail,
    Time: scope.clock.date(),
  });
}
