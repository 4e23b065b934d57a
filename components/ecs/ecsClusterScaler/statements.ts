import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../../iam/statement";
import { arnsBeside } from "../../location";
import { type ScalerScope, scalerStatements } from "../scaling/statements";
import { clusterStatements, drainStatement } from "../scaling/clusterStatements";
import type { ScaledGroup } from "./scaledGroup";

/** The resources that a scaler of a cluster uses. */
export interface ClusterScalerScope extends ScaledGroup, ScalerScope {}

/**
 * Permissions for one cluster and one group, and the scaler's alarms, rules and table. Actions without a resource level
 * only read.
 */
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
            reason: "Only the descriptions of capacity providers show which one has the group.",
          },
        ]
      : []),
  ];
}
