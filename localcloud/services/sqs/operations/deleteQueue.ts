import type { DeleteQueueCommandInput, PurgeQueueCommandInput } from "@aws-sdk/client-sqs";
import { AwsError } from "../../../core/errors";
import { queueDoesNotExist } from "../model/errors";
import { onQueue } from "../model/onQueue";

/** Cloud time that must pass between two purges of a queue, milliseconds. */
const PURGE_INTERVAL_MS = 60_000;

export const deleteQueue = onQueue(
  "DeleteQueue",
  (queue, _input: DeleteQueueCommandInput, context) => {
    const { store, clock } = context;
    store.queues.delete(queue.name);
    store.deletedAt.set(queue.name, clock.now());
    queue.close(queueDoesNotExist());
  },
);

export const purgeQueue = onQueue(
  "PurgeQueue",
  (queue, _input: PurgeQueueCommandInput, { clock }) => {
    const now = clock.now();
    if (queue.purgedAt !== undefined && now < queue.purgedAt + PURGE_INTERVAL_MS) {
      throw new AwsError(
        "PurgeQueueInProgress",
        `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
      );
    }
    queue.purgedAt = now;
    queue.purge();
  },
);
