import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { retrying } from "../../retry";
import { type Calling, inParallel } from "./calling";
import type { RunMessage } from "./settings";

export const deploymentOnlyModule = true;

/**
 * Most messages per call.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
const BATCH = 10;

/** Sends all messages to the queue; a host that gets one twice runs the job once. */
export async function sendMessages(
  sqs: SQSClient,
  QueueUrl: string,
  messages: readonly RunMessage[],
  retry: Calling,
): Promise<void> {
  const batches = Array.from({ length: Math.ceil(messages.length / BATCH) }, (_value, index) =>
    messages.slice(index * BATCH, (index + 1) * BATCH),
  );
  await inParallel(batches, async (batch) => {
    const Entries = batch.map((message, index) => ({
      Id: String(index),
      MessageBody: JSON.stringify(message),
      // On a standard queue the group id makes the hosts share the workers fairly.
      // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
      MessageGroupId: message.host.id,
    }));
    const answer = await retrying(retry, () =>
      sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries })),
    );
    const [failed] = answer.Failed ?? [];
    // The retry sends all of them again.
    if (failed) throw new Error(`A message was not taken: ${failed.Code} ${failed.Message}`);
  });
}
