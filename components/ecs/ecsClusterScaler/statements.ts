import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../../iam/iamPolicy";
import { locationOf } from "../../location";
import type { ScaledGroup } from "./scaledGroup";

/** What a scaler works on. */
export interface ClusterScalerScope extends ScaledGroup {
  readonly tableArn: pulumi.Input<string>;
  readonly ruleArn: pulumi.Input<string>;
  /** Names of the alarms that wake it. */
  readonly alarmNames: readonly string[];
  /** Whether it changes anything. */
  readonly isActing: boolean;
}

/** One cluster and one group, its own alarms, rule and table; what has no resource level it only reads. */
export function clusterScalerStatements(
  self: pulumi.Resource,
  scope: ClusterScalerScope,
): Statement[] {
  const { accountId, partition, region } = locationOf(self);
  const arn = (service: string, resource: pulumi.Input<string>): pulumi.Output<string> =>
    pulumi.interpolate`arn:${partition}:${service}:${region}:${accountId}:${resource}`;
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
        "cloudwatch:GetMetricData",
        "ec2:DescribeInstanceTypes",
        "ecs:DescribeTaskDefinition",
      ],
      resources: ["*"],
    },
    {
      sid: "ReadAlarms",
      actions: ["cloudwatch:DescribeAlarms"],
      resources: scope.alarmNames.map((name) => arn("cloudwatch", `alarm:${name}`)),
    },
    {
      sid: "Remember",
      actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      resources: [scope.tableArn],
    },
    {
      sid: "Tick",
      actions: ["events:DisableRule", "events:EnableRule"],
      resources: [scope.ruleArn],
    },
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
