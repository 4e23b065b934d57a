import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../../iam/iamPolicy";
import { locationOf } from "../../location";

/** What a scaler works on. */
export interface TaskScalerScope {
  readonly cluster: pulumi.Output<string>;
  readonly service: pulumi.Output<string>;
  readonly tableArn: pulumi.Input<string>;
  readonly ruleArn: pulumi.Input<string>;
  readonly pinName: string;
  /** Names of the alarms that wake it. */
  readonly alarmNames: readonly string[];
  readonly queueArns: readonly pulumi.Input<string>[];
  /** Whether it changes anything. */
  readonly isActing: boolean;
}

/** One service, its own alarms, rule, table and pin; what has no resource level it only reads. */
export function taskScalerStatements(self: pulumi.Resource, scope: TaskScalerScope): Statement[] {
  const { accountId, partition, region } = locationOf(self);
  const arn = (service: string, resource: pulumi.Input<string>): pulumi.Output<string> =>
    pulumi.interpolate`arn:${partition}:${service}:${region}:${accountId}:${resource}`;
  const named = pulumi.interpolate`${scope.cluster}/${scope.service}`;
  const service = arn("ecs", pulumi.interpolate`service/${named}`);
  return [
    {
      sid: "ReadService",
      actions: ["ecs:DescribeServices", "ecs:ListServiceDeployments"],
      resources: [service],
    },
    {
      sid: "ReadRollout",
      actions: ["ecs:DescribeServiceDeployments"],
      resources: [arn("ecs", pulumi.interpolate`service-deployment/${named}/*`)],
    },
    { sid: "ReadMetrics", actions: ["cloudwatch:GetMetricData"], resources: ["*"] },
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
    ...(scope.queueArns.length > 0
      ? [
          {
            sid: "ReadQueues",
            actions: ["sqs:GetQueueAttributes"],
            resources: [...scope.queueArns],
          },
        ]
      : []),
    ...(scope.isActing
      ? [
          { sid: "Scale", actions: ["ecs:UpdateService"], resources: [service] },
          {
            sid: "FindOtherScaler",
            actions: ["application-autoscaling:DescribeScalableTargets"],
            resources: ["*"],
          },
          {
            sid: "Pin",
            actions: ["ssm:PutParameter"],
            resources: [arn("ssm", `parameter${scope.pinName}`)],
          },
        ]
      : []),
  ];
}
