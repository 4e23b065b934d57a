import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AlarmName, type CallbackOptions, DEFAULT_TIMEOUT } from "./callbackOptions";
import { childName } from "../names";

/** The function that alarms are for. */
interface Watched extends pulumi.Resource {
  name: pulumi.Output<string>;
  failureQueue: aws.sqs.Queue | undefined;
}

/**
 * Creates the alarms of a function: those it asks for, or its errors and where its lost events would show. A queue
 * that the caller brought is the caller's to watch.
 */
export function createAlarms(
  watched: Watched,
  name: string,
  options: CallbackOptions,
): aws.cloudwatch.MetricAlarm[] {
  const ownsQueue = watched.failureQueue !== undefined && options.failureQueue === undefined;
  const wanted = options.alarms ?? ["errors", ownsQueue ? "failures" : "throttles"];
  if (wanted.length > 0 && options.alarmActions === undefined) {
    const advice = "give alarmActions, such as the ARN of an SNS topic, or [] if that is meant";
    void pulumi.log.warn(`The alarms of '${name}' notify nobody: ${advice}.`, watched);
  }
  const subject = {
    functionName: watched.name,
    timeout: options.timeout ?? DEFAULT_TIMEOUT,
    failureQueueName: watched.failureQueue?.name,
  };
  return [...new Set(wanted)].map((alarm) => {
    const args = { ...alarmArgs(alarm, subject), tags: options.tags };
    const actions = { alarmActions: options.alarmActions ?? [] };
    const opts = { parent: watched };
    return new aws.cloudwatch.MetricAlarm(childName(name, alarm), { ...args, ...actions }, opts);
  });
}

/** What the dimensions and thresholds of an alarm are made from. */
interface AlarmSubject {
  functionName: pulumi.Input<string>;
  /** Seconds. */
  timeout: number;
  failureQueueName?: pulumi.Input<string>;
}

/**
 * The arguments of one alarm. It looks at each minute by itself, and a minute without data is a good one:
 * Lambda and SQS publish nothing while nothing happens.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
function alarmArgs(alarm: AlarmName, subject: AlarmSubject): aws.cloudwatch.MetricAlarmArgs {
  return {
    ...condition(alarm, subject),
    comparisonOperator: "GreaterThanThreshold",
    evaluationPeriods: 1,
    period: 60,
    treatMissingData: "notBreaching",
  };
}

type Condition = Pick<
  aws.cloudwatch.MetricAlarmArgs,
  | "alarmDescription"
  | "dimensions"
  | "extendedStatistic"
  | "metricName"
  | "namespace"
  | "statistic"
  | "threshold"
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
        alarmDescription: "Calls found no free concurrency: raise the limit or slow the source.",
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
        threshold: subject.timeout * 1000 * 0.8,
        alarmDescription: "The slowest calls take more than 80% of the timeout.",
      };
    case "failures":
      return {
        namespace: "AWS/SQS",
        dimensions: { QueueName: subject.failureQueueName ?? "" },
        metricName: "ApproximateNumberOfMessagesVisible",
        statistic: "Maximum",
        threshold: 0,
        alarmDescription: "Events failed for good: each message in the failure queue is one.",
      };
  }
}
