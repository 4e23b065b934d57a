import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { createOwnMetricAlarm } from "../../function/ownMetricAlarm";
import { childName, metricsName } from "../../names";
import type { AlarmSubject } from "./scalingAlarms";
import { metricOf } from "./scalingAlarms";

/** Minutes without a datapoint before people are notified. */
const MISSING_AFTER_MINUTES = 15;

interface Watched {
  readonly alarmActions?: pulumi.Input<string>[];
  readonly tags?: aws.cloudwatch.MetricAlarmArgs["tags"];
}

/** Creates the alarm for capacity that was requested but does not start: a quota, an image, no room or no instances. */
export function createCapacityAlarm(
  name: string,
  {
    alarmActions,
    tags,
    namespace,
    alarmDescription,
  }: Watched & {
    /** Namespace of the scaler's own metrics. */
    readonly namespace: string;
    readonly alarmDescription: string;
  },
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm {
  return createOwnMetricAlarm(
    childName(name, "no-capacity"),
    {
      alarmDescription,
      namespace,
      metricName: "NoCapacity",
      dimensions: { Scaler: metricsName(name) },
      statistic: "Maximum",
      alarmActions,
      tags,
    },
    opts,
  );
}

/**
 * Creates alarms for missing metrics: without its metric a rule never scales in. Only for utilisation, which every
 * service with tasks has; an idle queue, or a metric of your own, may have good reasons to publish nothing.
 */
export function createMissingMetricAlarms(
  name: string,
  subjects: readonly AlarmSubject[],
  { alarmActions = [], tags }: Watched,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm[] {
  return subjects.flatMap(({ rule, source }) => {
    if (!("metric" in source) || source.metric.namespace !== "AWS/ECS") return [];
    const alarm = new aws.cloudwatch.MetricAlarm(
      childName(name, `${rule.name}-gone`),
      {
        alarmDescription: `The metric ${rule.name} of the scaler ${name} has no data: without it nothing is removed.`,
        ...metricOf(source, 60),
        comparisonOperator: "LessThanThreshold",
        // No value is below 0: only missing data counts.
        threshold: 0,
        evaluationPeriods: MISSING_AFTER_MINUTES,
        treatMissingData: "breaching",
        alarmActions,
        tags,
      },
      opts,
    );
    return [alarm];
  });
}
