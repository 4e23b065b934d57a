import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface FailureQueueArgs {
  /** For the failures of a FIFO queue, which SQS puts into no other kind. Default false. */
  fifo?: boolean;
  tags?: Record<string, pulumi.Input<string>>;
}

/**
 * A queue for what failed for good: encrypted with keys of SQS (S3 and Lambda may send without a key policy),
 * reachable over TLS only, and kept as long as SQS can, 14 days, so that a long weekend loses nothing.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
export function createFailureQueue(
  name: string,
  { tags, fifo = false }: FailureQueueArgs,
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
  new aws.sqs.QueuePolicy(name, { queueUrl: queue.url, policy: tlsOnlyPolicy(queue.arn) }, opts);
  return queue;
}

/** Refuses requests without TLS, whoever makes them (AwsSolutions-SQS4). */
export function tlsOnlyPolicy(queueArn: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource: queueArn,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}
