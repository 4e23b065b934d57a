import type { MessageAttributeValue } from "@aws-sdk/client-sns";
import { parseArn } from "../../../core/arn";
import { AwsError } from "../../../core/errors";
import { servicePrincipal } from "../../../core/principal";
import { queueOf } from "../../eventbridge/delivery/queueOf";
import type { Message } from "../message";
import type { SnsStore, Subscription } from "../store";
import { envelope, lambdaEvent, textFor } from "./envelope";

/**
 * Maximum number of attributes of a queue's message.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
 */
const MAX_ATTRIBUTES = 10;

/** Sends the message to the subscription's queue, or (for a dead letter) to another one. */
export async function sendToQueue(
  message: Message,
  subscription: Subscription,
  store: SnsStore,
  queueArn = subscription.endpoint,
  more: Readonly<Record<string, MessageAttributeValue>> = {},
): Promise<void> {
  const { scope } = store;
  const raw = subscription.settings.get("RawMessageDelivery") === "true";
  const attributes = raw ? (message.MessageAttributes ?? {}) : {};
  if (Object.keys(attributes).length > MAX_ATTRIBUTES)
    throw new AwsError("InvalidParameterValue", "A raw message may have 10 attributes at most.");
  const { region, url } = queueOf(queueArn, scope.cloud.endpoint);
  const { MessageGroupId, MessageDeduplicationId } = message;
  const fifo = queueArn.endsWith(".fifo");
  await scope.cloud.call({
    service: "sqs",
    operation: "SendMessage",
    input: {
      QueueUrl: url,
      MessageBody: raw ? textFor(message, "sqs") : envelope(message, subscription, store),
      MessageAttributes: { ...attributes, ...more },
      ...(MessageGroupId !== undefined && { MessageGroupId }),
      ...(fifo && { MessageDeduplicationId }),
    },
    principal: servicePrincipal("sns.amazonaws.com", message.topicArn, scope.accountId),
    region,
  });
}

export async function invokeFunction(
  message: Message,
  subscription: Subscription,
  store: SnsStore,
): Promise<void> {
  const { scope } = store;
  await scope.cloud.call({
    service: "lambda",
    operation: "Invoke",
    input: {
      FunctionName: subscription.endpoint,
      InvocationType: "Event",
      Payload: Buffer.from(JSON.stringify(lambdaEvent(message, subscription, store))),
    },
    principal: servicePrincipal("sns.amazonaws.com", message.topicArn, scope.accountId),
    region: parseArn(subscription.endpoint)?.region,
  });
}
