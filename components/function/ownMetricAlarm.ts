import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** The metric of a component and whom its alarm notifies. */
export type OwnMetricAlarmArgs = Required<
  Pick<aws.cloudwatch.MetricAlarmArgs, "namespace" | "metricName" | "dimensions" | "statistic">
> &
  Pick<aws.cloudwatch.MetricAlarmArgs, "alarmActions" | "tags"> & {
    readonly alarmDescription: string;
  };

/**
 * Creates an alarm on a metric that a component's function writes with its log lines. It goes off in each minute with a
 * datapoint above 0. A function that has nothing to do writes no datapoint.
 */
export function createOwnMetricAlarm(
  name: string,
  { alarmActions = [], ...args }: OwnMetricAlarmArgs,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm {
  return new aws.cloudwatch.MetricAlarm(
    name,
    {
      ...args,
      threshold: 0,
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 1,
      period: 60,
      treatMissingData: "notBreaching",
      alarmActions,
    },
    opts,
  );
}
