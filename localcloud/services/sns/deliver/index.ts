import { AwsError, ConnectionLost } from "../../../core/errors";
import { isFinal } from "../../eventbridge/delivery/retries";
import { passesFilter } from "../filter";
import type { Message } from "../message";
import { deadLetterQueue } from "../settings";
import type { DeliveryRetry, SnsStore, Subscription } from "../store";
import { invokeFunction, sendToQueue } from "./aws";
import { HttpFailure, postMessage } from "./http";
import { awsDelays, httpDelays, type Delays } from "./retries";

type Send = (message: Message, subscription: Subscription, store: SnsStore) => Promise<void>;

/** By protocol; email and SMS are not sent. */
const SENDERS: Readonly<Record<string, Send>> = {
  http: postMessage,
  https: postMessage,
  lambda: invokeFunction,
  sqs: (message, subscription, store) => sendToQueue(message, subscription, store),
};

/** Sends a message to every matching subscription. Resolves when queues and functions were tried once. */
export async function deliver(message: Message, store: SnsStore): Promise<void> {
  const subscriptions = [...store.subscriptions.values()].filter(
    (one) =>
      one.topicArn === message.topicArn && one.token === undefined && passesFilter(one, message),
  );
  await Promise.all(
    subscriptions.map(async (subscription) => {
      const work = { message, subscription, retries: 0 };
      const delivery = store.retries.now(work, (one) => retry(one, store));
      // A slow web server must not delay publishers.
      if (!subscription.protocol.startsWith("http")) await delivery;
    }),
  );
}

/** Attempts a delivery, also for the first time. */
export async function retry(
  { message, subscription, retries }: DeliveryRetry,
  store: SnsStore,
): Promise<void> {
  try {
    await SENDERS[subscription.protocol]?.(message, subscription, store);
  } catch (error) {
    const delay = mayRetry(error) ? delaysOf(subscription, store)(retries) : undefined;
    if (delay === undefined) return sendDeadLetter(message, subscription, store, error);
    const next = { message, subscription, retries: retries + 1 };
    store.retries.later(next, delay, (work) => retry(work, store));
  }
}

/**
 * Checks whether an error may be retried. Any other kind is a bug of the local cloud itself and must not be hidden.
 */
function mayRetry(error: unknown): boolean {
  if (error instanceof HttpFailure) return !error.isFinal;
  if (error instanceof AwsError || error instanceof ConnectionLost) return !isFinal(error);
  throw error;
}

function delaysOf(subscription: Subscription, { topics }: SnsStore): Delays {
  if (!subscription.protocol.startsWith("http")) return awsDelays;
  const topic = [...topics.values()].find(({ arn }) => arn === subscription.topicArn);
  return httpDelays(subscription, topic);
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html */
async function sendDeadLetter(
  message: Message,
  subscription: Subscription,
  store: SnsStore,
  error: unknown,
): Promise<void> {
  const redrive = subscription.settings.get("RedrivePolicy");
  const queue = redrive === undefined ? undefined : deadLetterQueue(redrive);
  if (queue === undefined) return;
  const text = error instanceof Error ? error.message : String(error);
  const attributes = {
    RequestID: { DataType: "String", StringValue: message.MessageId },
    ErrorCode: { DataType: "String", StringValue: error instanceof Error ? error.name : "Error" },
    ErrorMessage: { DataType: "String", StringValue: text.slice(0, 1024) || "unknown" },
  };
  try {
    await sendToQueue(message, subscription, store, queue, attributes);
  } catch (lost) {
    // As on AWS, the message is lost if the queue does not exist or does not allow SNS to send.
    if (!(lost instanceof AwsError)) throw lost;
  }
}
