import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface FailureQueueArgs {
  /** For the failures of a FIFO queue: its dead-letter queue must be FIFO too. Default false. */
  fifo?: boolean;
  /** Rules whose undelivered events EventBridge sends here as a service, which the queue must allow. Default: none. */
  rules?: aws.cloudwatch.EventRule[];
  /** Topics whose undelivered messages SNS sends here. Default: none. */
  topics?: aws.sns.Topic[];
  tags?: Record<string, pulumi.Input<string>>;
}

/**
 * Creates a queue for permanent failures: encrypted with SQS-managed keys (S3 and Lambda may send without a key
 * policy), reachable over TLS only, with SQS's longest retention, 14 days, so that nothing is lost over a long weekend.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
export function createFailureQueue(
  name: string,
  { tags, fifo = false, rules = [], topics = [] }: FailureQueueArgs,
  opts: pulumi.CustomResourceOptions,
): aws.sqs.Queue {
  const queue = new aws.sqs.Queue(
    name,
    {
      ...(fifo ? { fifoQueue: true } : {}),
      messageRetentionSeconds: 14 * 24 * 60 * 60,
      sqsManagedSseEnabled: true,
      tags,
    },
    opts,
  );
  const policy = tlsOnlyPolicy(queue.arn, { rules, topics });
  new aws.sqs.QueuePolicy(name, { queueUrl: queue.url, policy }, opts);
  return queue;
}

/** Resources for which an AWS service sends to a queue. */
interface ServiceSenders {
  readonly rules?: readonly aws.cloudwatch.EventRule[];
  readonly buckets?: readonly aws.s3.Bucket[];
  readonly topics?: readonly aws.sns.Topic[];
}

/**
 * Denies requests without TLS from anyone (AwsSolutions-SQS4), and allows EventBridge, S3 and SNS to send for these
 * rules, buckets and topics only.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
 * https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html
 */
export function tlsOnlyPolicy(
  queueArn: pulumi.Output<string>,
  { rules = [], buckets = [], topics = [] }: ServiceSenders = {},
): pulumi.Output<string> {
  const tlsOnly = {
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "sqs:*",
    Resource: queueArn,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  const letIn = (
    Sid: string,
    service: string,
    sources: readonly { arn: pulumi.Output<string> }[],
  ) =>
    sources.length === 0
      ? []
      : [
          {
            Sid,
            Effect: "Allow",
            Principal: { Service: service },
            Action: "sqs:SendMessage",
            Resource: queueArn,
            Condition: { ArnEquals: { "aws:SourceArn": sources.map(({ arn }) => arn) } },
          },
        ];
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      tlsOnly,
      ...letIn("KeepUndelivered", "events.amazonaws.com", rules),
      ...letIn("TakeNotifications", "s3.amazonaws.com", buckets),
      ...letIn("KeepUndeliveredOfTopics", "sns.amazonaws.com", topics),
    ],
  });
}

/** Creates an alarm that stays on while the queue is not empty. */
export function createFailureAlarm(
  name: string,
  queue: aws.sqs.Queue,
  args: {
    readonly description: string;
    readonly alarmActions?: pulumi.Input<string>[];
    readonly tags?: Record<string, pulumi.Input<string>>;
  },
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm {
  return new aws.cloudwatch.MetricAlarm(
    name,
    {
      alarmDescription: args.description,
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: queue.name },
      statistic: "Maximum",
      threshold: 0,
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 1,
      period: 60,
      treatMissingData: "notBreaching",
      alarmActions: args.alarmActions ?? [],
      tags: args.tags,
    },
    opts,
  );
}
