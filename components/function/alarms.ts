import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { childName } from "../names";
import type { AlarmName } from "./callbackOptions";

export interface FunctionAlarmsOptions {
  /** Each alarm is created once, even if it is listed twice. */
  readonly alarms: readonly AlarmName[];
  readonly subject: AlarmSubject;
  /** ARNs that the alarms notify. Default: none, with a warning; `[]` turns the warning off. */
  readonly alarmActions?: pulumi.Input<string>[];
  /** Returns what the person on call should do; it is added to the alarm's description. Default: nothing more. */
  readonly runbook?: (alarm: AlarmName) => string | undefined;
  readonly tags?: Record<string, pulumi.Input<string>>;
}

/** Creates the alarms of one function, each named after the function and what went wrong. */
export function createFunctionAlarms(
  name: string,
  { alarms, subject, alarmActions, runbook, tags }: FunctionAlarmsOptions,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm[] {
  if (alarms.length > 0 && alarmActions === undefined) {
    const advice = "give alarmActions, such as the ARN of an SNS topic, or [] to accept that";
    void pulumi.log.warn(`The alarms of '${name}' notify nobody: ${advice}.`, opts.parent);
  }
  return [...new Set(alarms)].map((alarm) => {
    const { alarmDescription, ...args } = alarmArgs(alarm, subject);
    const advice = runbook?.(alarm);
    return new aws.cloudwatch.MetricAlarm(
      childName(name, alarm),
      {
        ...args,
        alarmDescription: advice ? `${alarmDescription} ${advice}` : alarmDescription,
        alarmActions: alarmActions ?? [],
        tags,
      },
      opts,
    );
  });
}

/** The function that an alarm watches; its dimensions and thresholds are made from this. */
export interface AlarmSubject {
  readonly functionName: pulumi.Input<string>;
  /** Seconds. */
  readonly timeout: pulumi.Input<number>;
  readonly failureQueueName?: pulumi.Input<string>;
}

/**
 * Returns the arguments of one alarm. Each minute is evaluated alone, and a minute without data is OK: Lambda and SQS
 * publish nothing while nothing happens.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
function alarmArgs(alarm: AlarmName, subject: AlarmSubject) {
  return {
    ...condition(alarm, subject),
    comparisonOperator: "GreaterThanThreshold",
    evaluationPeriods: 1,
    period: 60,
    treatMissingData: "notBreaching",
  };
}

type Condition = { readonly alarmDescription: string } & Pick<
  aws.cloudwatch.MetricAlarmArgs,
  "dimensions" | "extendedStatistic" | "metricName" | "namespace" | "statistic" | "threshold"
>;

function condition(alarm: AlarmName, subject: AlarmSubject): Condition {
  const ofFunction = {
    namespace: "AWS/Lambda",
    dimensions: { FunctionName: subject.functionName },
    statistic: "Sum",
    threshold: 0,
  };
  switch (alarm) {
    case "errors":
      return {
        ...ofFunction,
        metricName: "Errors",
        alarmDescription: "Calls failed: look for level ERROR in the function's log group.",
      };
    case "throttles":
      return {
        ...ofFunction,
        metricName: "Throttles",
        alarmDescription:
          "Calls were throttled: raise the concurrency limit or slow down the source.",
      };
    case "undelivered":
      return {
        ...ofFunction,
        metricName: "DestinationDeliveryFailures",
        alarmDescription:
          "Failed events did not reach the failure queue: check the role and queue.",
      };
    case "slow":
      return {
        ...ofFunction,
        metricName: "Duration",
        statistic: undefined,
        extendedStatistic: "p95",
        threshold: pulumi.output(subject.timeout).apply((seconds) => seconds * 1000 * 0.8),
        alarmDescription: "The slowest calls take more than 80% of the timeout.",
      };
    case "failures":
      return {
        namespace: "AWS/SQS",
        dimensions: { QueueName: subject.failureQueueName ?? "" },
        metricName: "ApproximateNumberOfMessagesVisible",
        statistic: "Maximum",
        threshold: 0,
        alarmDescription: "Events failed permanently: each message in the failure queue is one.",
      };
  }
}
