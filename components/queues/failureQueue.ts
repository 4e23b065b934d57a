import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface FailureQueueArgs {
  /** For the failures of a FIFO queue, which SQS puts into no other kind. Default false. */
  fifo?: boolean;
  /** Rules whose targets EventBridge could not reach: it sends as a service, so the queue must let it in. Default: none. */
  rules?: aws.cloudwatch.EventRule[];
  /** Topics whose subscribers SNS could not reach. Default: none. */
  topics?: aws.sns.Topic[];
  tags?: Record<string, pulumi.Input<string>>;
}

/**
 * A queue for what failed for good: encrypted with keys of SQS (S3 and Lambda may send without a key policy),
 * reachable over TLS only, and kept as long as SQS can, 14 days, so that a long weekend loses nothing.
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

/** What sends to a queue as a service. */
interface ServiceSenders {
  readonly rules?: readonly aws.cloudwatch.EventRule[];
  readonly buckets?: readonly aws.s3.Bucket[];
  readonly topics?: readonly aws.sns.Topic[];
}

/**
 * Refuses requests without TLS, whoever makes them (AwsSolutions-SQS4), and lets EventBridge, S3 and SNS send for these
 * rules, buckets and topics alone.
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

/** An alarm that stands while anything is in the queue. */
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
