import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { NAMESPACE } from "../../../callbacks/instances/sshCron/metrics";
import { childName } from "../../names";
import type { SshCronArgs } from "./args";
import { watchMinutes } from "./schedules";
import { metricsName } from "./settings";

/** Tells of runs that failed, were lost or missed, and of occurrences that did not come. */
export function createFailureAlarm(
  name: string,
  { alarmActions = [], tags }: SshCronArgs,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm {
  return new aws.cloudwatch.MetricAlarm(
    childName(name, "failed"),
    {
      alarmDescription: `Runs of the job ${name} failed or were missed: npx aws-callbacks runs ${name} --failed`,
      namespace: NAMESPACE,
      metricName: "Failures",
      dimensions: { Cron: metricsName(name) },
      statistic: "Sum",
      threshold: 0,
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 1,
      period: 60,
      treatMissingData: "notBreaching",
      alarmActions,
      tags,
    },
    opts,
  );
}

/** Tells that nobody looks after the runs any more: then nobody would tell of a trigger that does not run either. */
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
      alarmDescription: `Nobody looks after the job ${name}: check its schedule ${childName(name, "watch")}.`,
      namespace: "AWS/Lambda",
      metricName: "Invocations",
      dimensions: { FunctionName: reconcilerName },
      statistic: "Sum",
      threshold: 1,
      comparisonOperator: "LessThanThreshold",
      evaluationPeriods: 1,
      // Two of its calls.
      period: watchMinutes(args) * 2 * 60,
      treatMissingData: "breaching",
      alarmActions,
      tags,
    },
    opts,
  );
}
