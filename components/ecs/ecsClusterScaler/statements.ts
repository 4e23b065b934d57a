import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../../iam/iamPolicy";
import { arnsBeside } from "../../location";
import { type ScalerScope, scalerStatements } from "../scaling/statements";
import { clusterStatements, drainStatement } from "../scaling/clusterStatements";
import type { ScaledGroup } from "./scaledGroup";

/** What a scaler works on. */
export interface ClusterScalerScope extends ScaledGroup, ScalerScope {}

/** One cluster and one group, its own alarms, rule and table; what has no resource level it only reads. */
export function clusterScalerStatements(
  self: pulumi.Resource,
  scope: ClusterScalerScope,
): Statement[] {
  const arn = arnsBeside(self);
  const group = arn(
    "autoscaling",
    pulumi.interpolate`autoScalingGroup:*:autoScalingGroupName/${scope.group}`,
  );
  return [
    ...clusterStatements(arn, scope.cluster),
    {
      sid: "ReadWithoutResourceLevel",
      actions: [
        "autoscaling:DescribeAutoScalingGroups",
        "ec2:DescribeInstanceTypes",
        "ecs:DescribeTaskDefinition",
      ],
      resources: ["*"],
    },
    ...scalerStatements(arn, scope),
    ...(scope.isActing
      ? [
          drainStatement(arn, scope.cluster),
          {
            sid: "Scale",
            actions: [
              "autoscaling:SetDesiredCapacity",
              "autoscaling:TerminateInstanceInAutoScalingGroup",
            ],
            resources: [group],
          },
          {
            sid: "FindOtherScaler",
            actions: ["ecs:DescribeCapacityProviders"],
            resources: [arn("ecs", "capacity-provider/*")],
            reason: "Which capacity provider has the group only their descriptions tell.",
          },
        ]
      : []),
  ];
}
