import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** What a component's own metric tells, and whom. */
export type OwnMetricAlarmArgs = Required<
  Pick<aws.cloudwatch.MetricAlarmArgs, "namespace" | "metricName" | "dimensions" | "statistic">
> &
  Pick<aws.cloudwatch.MetricAlarmArgs, "alarmActions" | "tags"> & {
    readonly alarmDescription: string;
  };

/**
 * An alarm on a metric that the function of a component writes with its log lines: it goes off in each minute with a
 * datapoint above 0. A function that has nothing to do writes none.
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
