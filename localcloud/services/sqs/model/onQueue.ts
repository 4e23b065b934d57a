import type { AccessCheck, CallContext, Operation } from "../../../core/service";
import type { Queue } from "./queue";
import { parseQueueUrl, type SqsStore } from "../store";

export type SqsContext = CallContext<SqsStore>;

/** Returns the check of an action on a queue, with the queue's policy. */
export function queueAccess(action: string, queueName: string, context: SqsContext): AccessCheck {
  return {
    action: `sqs:${action}`,
    resource: context.store.arnOf(queueName),
    resourcePolicy: context.store.policyOf(queueName),
  };
}

/**
 * Defines an operation on the queue of its `QueueUrl`. Batch operations pass the action of a single entry, because
 * they require its permission.
 */
export function onQueue<Input extends { QueueUrl?: string | undefined }, Output>(
  action: string,
  run: (queue: Queue, input: Input, context: SqsContext) => Output | Promise<Output>,
): Operation<SqsStore, Input, Output> {
  return {
    access: ({ QueueUrl }, context) => [
      queueAccess(action, parseQueueUrl(QueueUrl ?? "").name, context),
    ],
    run: (input, context) => run(context.store.at(input.QueueUrl), input, context),
  };
}
