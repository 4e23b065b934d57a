import { randomUUID } from "node:crypto";
import { confirmationLink } from "../links";
import type { Message } from "../message";
import type { SnsStore, Subscription } from "../store";
import { certificate, envelope, SIGNATURE, textFor } from "./envelope";

/** How long SNS waits for a web server. https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html */
const TIMEOUT_MS = 15_000;

/** The error that a web server refused a message or cannot be reached. */
export class HttpFailure extends Error {
  override readonly name = "HttpFailure";
  constructor(
    message: string,
    /** Absent if there was no response. */
    readonly status?: number,
  ) {
    super(message);
  }

  /** Client errors are not retried, except "too many requests". */
  get isFinal(): boolean {
    const { status = 500 } = this;
    return status >= 400 && status < 500 && status !== 429;
  }
}

export async function postMessage(
  message: Message,
  subscription: Subscription,
  store: SnsStore,
): Promise<void> {
  const raw = subscription.settings.get("RawMessageDelivery") === "true";
  const body = raw
    ? textFor(message, subscription.protocol)
    : envelope(message, subscription, store);
  await post(subscription, body, {
    ...headers("Notification", message.MessageId, message.topicArn),
    "x-amz-sns-subscription-arn": subscription.arn,
    ...(raw && { "x-amz-sns-rawdelivery": "true" }),
  });
}

/** Sends the endpoint a message with the confirmation link. It may visit the link at any time, or never. */
export function requestConfirmation(subscription: Subscription, store: SnsStore): void {
  const MessageId = randomUUID();
  const { topicArn, token } = subscription;
  const body = JSON.stringify({
    Type: "SubscriptionConfirmation",
    MessageId,
    Token: token,
    TopicArn: topicArn,
    Message: `You have chosen to subscribe to the topic ${topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
    SubscribeURL: confirmationLink(store, subscription),
    Timestamp: store.scope.clock.date().toISOString(),
    SignatureVersion: "1",
    Signature: SIGNATURE,
    SigningCertURL: certificate(store),
  });
  // Nothing waits for a confirmation: the subscription of an unreachable endpoint stays pending.
  post(subscription, body, headers("SubscriptionConfirmation", MessageId, topicArn)).catch(
    () => undefined,
  );
}

function headers(type: string, messageId: string, topicArn: string): Record<string, string> {
  return {
    "content-type": "text/plain; charset=UTF-8",
    "user-agent": "Amazon Simple Notification Service Agent",
    "x-amz-sns-message-type": type,
    "x-amz-sns-message-id": messageId,
    "x-amz-sns-topic-arn": topicArn,
  };
}

async function post(
  { endpoint }: Subscription,
  body: string,
  given: Record<string, string>,
): Promise<void> {
  let response: Response;
  try {
    response = await fetch(endpoint, {
      method: "POST",
      headers: given,
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.arrayBuffer();
  } catch (error) {
    throw new HttpFailure(error instanceof Error ? error.message : String(error));
  }
  if (response.status >= 300) throw new HttpFailure(`HTTP ${response.status}`, response.status);
}
