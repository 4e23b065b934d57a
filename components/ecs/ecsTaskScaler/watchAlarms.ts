import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { NAMESPACE } from "../../../callbacks/ecs/ecsTaskScaler/namespace";
import { childName } from "../../names";
import type { AlarmSubject } from "./scalingAlarms";
import { metricOf } from "./scalingAlarms";

/** Minutes without a datapoint after which somebody should know. */
const GONE_AFTER = 15;

interface Watched {
  readonly alarmActions?: pulumi.Input<string>[];
  readonly tags?: aws.cloudwatch.MetricAlarmArgs["tags"];
}

/** Tells that tasks are wanted and do not start: a quota, an image, or no room in the cluster. */
export function createCapacityAlarm(
  name: string,
  { alarmActions = [], tags }: Watched,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm {
  return new aws.cloudwatch.MetricAlarm(
    childName(name, "no-capacity"),
    {
      alarmDescription: `Tasks that the scaler ${name} has asked for do not start: look at the service's events.`,
      namespace: NAMESPACE,
      metricName: "NoCapacity",
      dimensions: { Scaler: name },
      statistic: "Maximum",
      threshold: 0,
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 1,
      period: 60,
      // The scaler says nothing while there is nothing to decide.
      treatMissingData: "notBreaching",
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
        alarmDescription: `The metric ${rule.name} of the scaler ${name} is gone: it removes no tasks without it.`,
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
