import type {
  ChangeMessageVisibilityBatchCommandInput,
  ChangeMessageVisibilityCommandInput,
} from "@aws-sdk/client-sqs";
import { checkEntries, runEntries } from "../model/batch";
import { checkNumber, required } from "../model/errors";
import { onQueue } from "../model/onQueue";
import type { Queue } from "../model/queue";

export const changeMessageVisibility = onQueue(
  "ChangeMessageVisibility",
  (queue, input: ChangeMessageVisibilityCommandInput): void => change(queue, input),
);

export const changeMessageVisibilityBatch = onQueue(
  "ChangeMessageVisibility",
  (queue, { Entries }: ChangeMessageVisibilityBatchCommandInput) =>
    runEntries(checkEntries(Entries, "ChangeMessageVisibilityBatchRequestEntry"), (entry) => {
      change(queue, entry);
      return {};
    }),
);

function change(
  queue: Queue,
  {
    ReceiptHandle,
    VisibilityTimeout,
  }: { ReceiptHandle?: string | undefined; VisibilityTimeout?: number | undefined },
): void {
  const handle = required(ReceiptHandle, "ReceiptHandle");
  const seconds = required(VisibilityTimeout, "VisibilityTimeout");
  const reason = "VisibilityTimeout must be an integer between 0 and 43200";
  checkNumber(seconds, "VisibilityTimeout", { min: 0, max: 43_200, reason });
  queue.changeVisibility(handle, seconds);
}
