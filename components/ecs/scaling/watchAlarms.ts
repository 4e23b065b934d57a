import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { createOwnMetricAlarm } from "../../function/ownMetricAlarm";
import { childName, metricsName } from "../../names";
import type { AlarmSubject } from "./scalingAlarms";
import { metricOf } from "./scalingAlarms";

/** Minutes without a datapoint after which somebody should know. */
const GONE_AFTER = 15;

interface Watched {
  readonly alarmActions?: pulumi.Input<string>[];
  readonly tags?: aws.cloudwatch.MetricAlarmArgs["tags"];
}

/** Tells that more is wanted and does not start: a quota, an image, no room or no instances. */
export function createCapacityAlarm(
  name: string,
  {
    alarmActions,
    tags,
    namespace,
    alarmDescription,
  }: Watched & {
    /** Of the scaler's own metrics. */
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
 * Tells that a metric is gone: without it nothing is ever scaled in. Only of utilisation, which every service with tasks
 * has; a queue that rests, or a metric of your own, may be silent for good reasons.
 */
export function createGoneAlarms(
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
        alarmDescription: `The metric ${rule.name} of the scaler ${name} is gone: it removes nothing without it.`,
        ...metricOf(source, 60),
        comparisonOperator: "LessThanThreshold",
        // No value is below; only a missing one counts.
        threshold: 0,
        evaluationPeriods: GONE_AFTER,
        treatMissingData: "breaching",
        alarmActions,
        tags,
      },
      opts,
    );
    return [alarm];
  });
}
