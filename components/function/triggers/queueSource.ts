import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../../iam/statement";
import { childName } from "../../names";
import {
  anything,
  argumentError,
  checkArgs,
  type Checks,
  describedError,
  integer,
  required,
} from "../../validation";
import { visibilityProblem } from "../../queues/visibilityTimeout";

/**
 * A queue from which a function receives messages. It returns which messages of a batch failed (`batchItemFailures`).
 */
export interface QueueSource {
  /** Distinguishes this source's mapping from others of the function; letters, digits and `-`. */
  name: string;
  /** Its visibility timeout must be at least six times the function's timeout. */
  queue: aws.sqs.Queue;
  /** Messages of one call, 1 to 10. Default 10. */
  batchSize?: number;
  /**
   * Calls at the same time, 2 to 1000, instead of a reserved concurrency that would throttle the poller. Default: no
   * limit.
   */
  maximumConcurrency?: number;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
const QUEUE_SOURCE_CHECKS = {
  name: anything,
  queue: required((value, { resource, argument }) => {
    if (!aws.sqs.Queue.isInstance(value))
      throw describedError(resource, argument, typeof value, "give an aws.sqs.Queue");
  }),
  batchSize: integer([1, 10], "messages"),
  maximumConcurrency: integer([2, 1000], "calls"),
} satisfies Checks<QueueSource>;

/** @throws pulumi.ResourceError for a source that Lambda would refuse, or a duplicate name. */
export function checkQueueSources(resource: pulumi.Resource, queues: readonly QueueSource[]): void {
  const names = new Set<string>();
  queues.forEach((source, i) => {
    const argument = `queues[${i}]`;
    checkArgs(resource, source, QUEUE_SOURCE_CHECKS, argument);
    const { name } = source;
    if (!/^[A-Za-z0-9-]{1,40}$/.test(name) || names.has(name)) {
      const allowed = "allowed are letters, digits and -, different for each queue";
      throw argumentError(resource, `${argument}.name`, name, allowed);
    }
    names.add(name);
  });
}

/**
 * Permissions that Lambda's poller uses through the function's role.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions
 */
export function queueStatements(queues: readonly QueueSource[]): Statement[] {
  if (queues.length === 0) return [];
  const actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
  return [{ sid: "PollQueues", actions, resources: queues.map(({ queue }) => queue.arn) }];
}

/** Connects the queues. Lambda tests the role when a mapping is created. */
export function createQueueSources(
  name: string,
  queues: readonly QueueSource[],
  to: {
    readonly functionArn: pulumi.Input<string>;
    /** Seconds. */
    readonly functionTimeout: number;
    readonly opts: pulumi.CustomResourceOptions;
  },
): aws.lambda.EventSourceMapping[] {
  return queues.map(
    ({ name: suffix, queue, batchSize = 10, maximumConcurrency }, i) =>
      new aws.lambda.EventSourceMapping(
        childName(name, suffix),
        {
          eventSourceArn: pollableArn(queue, to.functionTimeout, `queues[${i}]`, to.opts.parent),
          functionName: to.functionArn,
          batchSize,
          functionResponseTypes: ["ReportBatchItemFailures"],
          ...(maximumConcurrency === undefined ? {} : { scalingConfig: { maximumConcurrency } }),
        },
        to.opts,
      ),
  );
}

/** SQS's own default: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
const DEFAULT_VISIBILITY = 30;

/**
 * Returns the ARN of a queue after checking that it hides its messages long enough for a function's timeout, in
 * seconds.
 *
 * @throws pulumi.ResourceError, for a queue of this program already at preview.
 */
export function pollableArn(
  queue: aws.sqs.Queue,
  functionTimeout: number,
  argument: string,
  resource?: pulumi.Resource,
): pulumi.Output<string> {
  return pulumi.output(queue.visibilityTimeoutSeconds).apply((visibility) => {
    const problem = visibilityProblem({
      visibilityTimeoutSeconds: visibility ?? DEFAULT_VISIBILITY,
      functionTimeoutSeconds: functionTimeout,
    });
    if (problem) throw new pulumi.ResourceError(`${argument}.queue: ${problem}.`, resource, true);
    return queue.arn;
  });
}
