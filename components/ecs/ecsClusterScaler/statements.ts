import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../../iam/iamPolicy";
import { arnsBeside } from "../../location";
import { type ScalerScope, scalerStatements } from "../scaling/statements";
import type { ScaledGroup } from "./scaledGroup";

/** What a scaler works on. */
export interface ClusterScalerScope extends ScaledGroup, ScalerScope {}

/** One cluster and one group, its own alarms, rule and table; what has no resource level it only reads. */
export function clusterScalerStatements(
  self: pulumi.Resource,
  scope: ClusterScalerScope,
): Statement[] {
  const arn = arnsBeside(self);
  const cluster = arn("ecs", pulumi.interpolate`cluster/${scope.cluster}`);
  const within = (kind: string): pulumi.Output<string> =>
    arn("ecs", pulumi.interpolate`${kind}/${scope.cluster}/*`);
  const inCluster = { ArnEquals: { "ecs:cluster": cluster } };
  const group = arn(
    "autoscaling",
    pulumi.interpolate`autoScalingGroup:*:autoScalingGroupName/${scope.group}`,
  );
  return [
    { sid: "ListInstances", actions: ["ecs:ListContainerInstances"], resources: [cluster] },
    {
      sid: "ReadInstances",
      actions: ["ecs:DescribeContainerInstances"],
      resources: [within("container-instance")],
    },
    { sid: "ReadServices", actions: ["ecs:DescribeServices"], resources: [within("service")] },
    { sid: "ReadTasks", actions: ["ecs:DescribeTasks"], resources: [within("task")] },
    {
      sid: "ListCluster",
      actions: ["ecs:ListServices", "ecs:ListTasks"],
      resources: ["*"],
      conditions: inCluster,
    },
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
          {
            sid: "Drain",
            actions: ["ecs:UpdateContainerInstancesState"],
            resources: [within("container-instance")],
          },
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
