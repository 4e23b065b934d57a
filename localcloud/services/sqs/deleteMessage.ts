import type {
  DeleteMessageBatchCommandInput,
  DeleteMessageCommandInput,
} from "@aws-sdk/client-sqs";
import { checkEntries, runEntries } from "./batch";
import { required } from "./errors";
import { onQueue } from "./onQueue";

export const deleteMessage = onQueue(
  "DeleteMessage",
  (queue, { ReceiptHandle }: DeleteMessageCommandInput): void =>
    queue.delete(required(ReceiptHandle, "ReceiptHandle")),
);

export const deleteMessageBatch = onQueue(
  "DeleteMessage",
  (queue, { Entries }: DeleteMessageBatchCommandInput) =>
    runEntries(checkEntries(Entries, "DeleteMessageBatchRequestEntry"), ({ ReceiptHandle }) => {
      queue.delete(required(ReceiptHandle, "ReceiptHandle"));
      return {};
    }),
);
