import type { Activity } from "@aws-sdk/client-auto-scaling";
import { formatArn } from "../../core/arn";
import { tellEventBridge } from "../../core/reports";
import type { StoreScope } from "../../core/service";
import type { Group } from "./store";

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html */
export async function tellScaling(
  scope: StoreScope,
  group: Group,
  told: {
    readonly activity: Activity;
    readonly instanceId: string;
    readonly zone: string;
    readonly detailType: string;
  },
): Promise<void> {
  const { activity, instanceId } = told;
  const detail = {
    StatusCode: "InProgress",
    AutoScalingGroupName: group.name,
    ActivityId: activity.ActivityId,
    Details: { "Availability Zone": told.zone },
    Description: activity.Description,
    EC2InstanceId: instanceId,
    Cause: activity.Cause,
    RequestId: activity.ActivityId,
    StartTime: activity.StartTime,
    EndTime: activity.EndTime,
    Origin: "EC2",
    Destination: "AutoScalingGroup",
    ...(told.detailType.includes("Terminate") && {
      Origin: "AutoScalingGroup",
      Destination: "EC2",
    }),
  };
  await tellEventBridge(scope, "autoscaling.amazonaws.com", {
    Source: "aws.autoscaling",
    DetailType: told.detailType,
    Resources: [group.arn, formatArn("ec2", scope, `instance/${instanceId}`)],
    Detail: detail,
    Time: scope.clock.date(),
  });
}
