import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createFailureAlarm, createFailureQueue, tlsOnlyPolicy } from "./failureQueue";
import { childName } from "../names";
import { leastVisibility } from "./visibilityTimeout";

export interface WorkQueueArgs {
  /** Timeout in seconds of the function that receives the messages. */
  functionTimeout: number;
  /** Receives after which SQS moves a message to the dead-letter queue. */
  maxReceiveCount: number;
  /** Keeps the order within each group of messages. Default false. */
  fifo?: boolean;
  /** Buckets whose notifications S3 sends here. Default: none. */
  buckets?: aws.s3.Bucket[];
  alarmActions?: pulumi.Input<string>[];
  tags?: Record<string, pulumi.Input<string>>;
}

/** A queue for a function's work, and a dead-letter queue with an alarm for messages that cannot be processed. */
export interface WorkQueue {
  readonly queue: aws.sqs.Queue;
  readonly deadLetters: aws.sqs.Queue;
  /** Who may send; notifications of AWS services must be connected after it. */
  readonly policy: aws.sqs.QueuePolicy;
  readonly alarm: aws.cloudwatch.MetricAlarm;
}

/**
 * Creates both with SQS-managed keys and over TLS only. The dead-letter queue keeps messages for 14 days: their age
 * includes the time in the first queue, which keeps them for 4.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export function createWorkQueue(
  name: string,
  args: WorkQueueArgs,
  opts: pulumi.CustomResourceOptions,
): WorkQueue {
  const { tags, fifo = false, buckets = [] } = args;
  const deadLetters = createFailureQueue(childName(name, "dead"), { tags, fifo }, opts);
  const queue = new aws.sqs.Queue(
    name,
    {
      ...(fifo ? { fifoQueue: true } : {}),
      visibilityTimeoutSeconds: leastVisibility(args.functionTimeout),
      redrivePolicy: pulumi.jsonStringify({
        deadLetterTargetArn: deadLetters.arn,
        maxReceiveCount: args.maxReceiveCount,
      }),
      sqsManagedSseEnabled: true,
      tags,
    },
    opts,
  );
  const policy = new aws.sqs.QueuePolicy(
    name,
    { queueUrl: queue.url, policy: tlsOnlyPolicy(queue.arn, { buckets }) },
    opts,
  );
  const description = "Work failed permanently: each message in the dead-letter queue is one.";
  const alarm = createFailureAlarm(
    childName(name, "dead"),
    deadLetters,
    { description, alarmActions: args.alarmActions, tags },
    opts,
  );
  return { queue, deadLetters, policy, alarm };
}
