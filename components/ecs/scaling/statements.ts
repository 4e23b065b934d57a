import type * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../../iam/iamPolicy";

/** What every scaler works on, whatever it scales. */
export interface ScalerScope {
  readonly tableArn: pulumi.Input<string>;
  readonly ruleArns: readonly pulumi.Input<string>[];
  /** Names of the alarms that wake it. */
  readonly alarmNames: readonly string[];
  readonly queueArns?: readonly pulumi.Input<string>[];
  /** Whether it changes anything. */
  readonly isActing: boolean;
}

/**
 * What every scaler needs: the metrics, its own alarms, table and rules, and the queues that it counts.
 *
 * @param arn of a resource of a service, in the scaler's account and region.
 */
export function scalerStatements(
  arn: (service: string, resource: string) => pulumi.Input<string>,
  { tableArn, ruleArns, alarmNames, queueArns = [] }: ScalerScope,
): Statement[] {
  return [
    { sid: "ReadMetrics", actions: ["cloudwatch:GetMetricData"], resources: ["*"] },
    {
      sid: "ReadAlarms",
      actions: ["cloudwatch:DescribeAlarms"],
      resources: alarmNames.map((name) => arn("cloudwatch", `alarm:${name}`)),
    },
    {
      sid: "Remember",
      actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      resources: [tableArn],
    },
    {
      sid: "Tick",
      actions: ["events:DisableRule", "events:EnableRule"],
      resources: [...ruleArns],
    },
    ...(queueArns.length > 0
      ? [{ sid: "ReadQueues", actions: ["sqs:GetQueueAttributes"], resources: [...queueArns] }]
      : []),
  ];
}

/** Application Auto Scaling knows who else scales; its descriptions have no resource level. */
export const FIND_OTHER_SCALER: Statement = {
  sid: "FindOtherScaler",
  actions: ["application-autoscaling:DescribeScalableTargets"],
  resources: ["*"],
};
