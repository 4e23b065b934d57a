import type {
  DeleteMessageBatchCommandInput,
  DeleteMessageCommandInput,
} from "@aws-sdk/client-sqs";
import { checkEntries, runEntries } from "../model/batch";
import { required } from "../model/errors";
import { onQueue } from "../model/onQueue";

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
