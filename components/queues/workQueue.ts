import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createFailureAlarm, createFailureQueue, tlsOnlyPolicy } from "./failureQueue";
import { childName } from "../names";
import { leastVisibility } from "./visibilityTimeout";

export interface WorkQueueArgs {
  /** Seconds; how long the function that takes the messages may run. */
  functionTimeout: number;
  /** Receives after which SQS itself gives a message up. */
  maxReceiveCount: number;
  /** Keeps the order within each group of messages. Default false. */
  fifo?: boolean;
  /** Buckets whose notifications S3 sends here. Default: none. */
  buckets?: aws.s3.Bucket[];
  alarmActions?: pulumi.Input<string>[];
  tags?: Record<string, pulumi.Input<string>>;
}

/** A queue for a function's work, and the one where messages end that cannot be worked on, with an alarm. */
export interface WorkQueue {
  readonly queue: aws.sqs.Queue;
  readonly deadLetters: aws.sqs.Queue;
  /** Who may send; what sends as a service is to be connected after it. */
  readonly policy: aws.sqs.QueuePolicy;
  readonly alarm: aws.cloudwatch.MetricAlarm;
}

/**
 * Creates both with keys of SQS and over TLS only. The dead-letter queue keeps messages for 14 days: their age counts
 * from the first queue, which keeps them for 4.
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
  const description = "Work failed for good: each message in the dead-letter queue is one.";
  const alarm = createFailureAlarm(
    childName(name, "dead"),
    deadLetters,
    { description, alarmActions: args.alarmActions, tags },
    opts,
  );
  return { queue, deadLetters, policy, alarm };
}
