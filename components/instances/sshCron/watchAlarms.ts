import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { NAMESPACE } from "../../../callbacks/instances/sshCron/metrics";
import { createOwnMetricAlarm } from "../../function/ownMetricAlarm";
import { childName, metricsName } from "../../names";
import type { SshCronArgs } from "./args";
import { watchMinutes } from "./schedules";

/** Creates the alarm for runs that failed, were lost or missed, and for occurrences that did not happen. */
export function createFailureAlarm(
  name: string,
  { alarmActions, tags }: SshCronArgs,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm {
  return createOwnMetricAlarm(
    childName(name, "failed"),
    {
      alarmDescription: `Runs of the job ${name} failed or were missed: npx aws-callbacks runs ${name} --failed`,
      namespace: NAMESPACE,
      metricName: "Failures",
      dimensions: { Cron: metricsName(name) },
      statistic: "Sum",
      alarmActions,
      tags,
    },
    opts,
  );
}

/**
 * Creates the alarm for a reconciler that is not called any more: then nothing would report a trigger that does not run
 * either. A function that is not called has no metric, so the alarm goes to INSUFFICIENT_DATA, after there was data
 * before. A new alarm starts in that state and notifies nobody; an alarm that treats missing data as breaching would
 * notify at every first deployment.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function createSilenceAlarm(
  name: string,
  args: SshCronArgs,
  reconcilerName: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm {
  const { alarmActions = [], tags } = args;
  return new aws.cloudwatch.MetricAlarm(
    childName(name, "silent"),
    {
      alarmDescription: `The runs of the job ${name} are not checked any more: check its schedule ${childName(name, "watch")}.`,
      namespace: "AWS/Lambda",
      metricName: "Invocations",
      dimensions: { FunctionName: reconcilerName },
      statistic: "Sum",
      threshold: 1,
      comparisonOperator: "LessThanThreshold",
      // Two of its calls.
      evaluationPeriods: 2,
      period: watchMinutes(args) * 60,
      treatMissingData: "missing",
      alarmActions,
      insufficientDataActions: alarmActions,
      tags,
    },
    opts,
  );
}
