import type * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../../iam/statement";

/** The resources that every kind of scaler uses. */
export interface ScalerScope {
  readonly tableArn: pulumi.Input<string>;
  readonly ruleArns: readonly pulumi.Input<string>[];
  /** Names of the alarms that call it. */
  readonly alarmNames: readonly string[];
  readonly queueArns?: readonly pulumi.Input<string>[];
  /** Whether it changes anything, or only observes. */
  readonly isActing: boolean;
}

/**
 * Permissions that every scaler needs: metrics, its own alarms, table and rules, and the queues that it counts.
 *
 * @param arn returns the ARN of a service's resource in the scaler's account and region.
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

/** Permission to ask Application Auto Scaling which targets others scale; this action has no resource level. */
export const FIND_OTHER_SCALER: Statement = {
  sid: "FindOtherScaler",
  actions: ["application-autoscaling:DescribeScalableTargets"],
  resources: ["*"],
};
