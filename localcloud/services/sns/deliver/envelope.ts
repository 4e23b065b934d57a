import { unsubscribeLink } from "../links";
import type { Message } from "../message";
import type { SnsStore, Subscription } from "../store";

/** Returns the text of a message for one protocol. */
export function textFor({ texts, Message: message }: Message, protocol: string): string {
  return texts ? (texts[protocol] ?? texts.default) : message;
}

/**
 * Returns a message as queues and web servers receive it without raw delivery. Its signature is not a real one.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 */
export function envelope(message: Message, subscription: Subscription, store: SnsStore): string {
  const attributes = attributesOf(message);
  return JSON.stringify({
    Type: "Notification",
    MessageId: message.MessageId,
    ...(message.SequenceNumber !== undefined && { SequenceNumber: message.SequenceNumber }),
    TopicArn: message.topicArn,
    ...(message.Subject !== undefined && { Subject: message.Subject }),
    Message: textFor(message, subscription.protocol),
    Timestamp: message.timestamp,
    SignatureVersion: message.signatureVersion,
    Signature: SIGNATURE,
    SigningCertURL: certificate(store),
    UnsubscribeURL: unsubscribeLink(store, subscription.arn),
    ...(Object.keys(attributes).length > 0 && { MessageAttributes: attributes }),
  });
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
export function lambdaEvent(message: Message, subscription: Subscription, store: SnsStore): object {
  return {
    Records: [
      {
        EventSource: "aws:sns",
        EventVersion: "1.0",
        EventSubscriptionArn: subscription.arn,
        Sns: {
          Type: "Notification",
          MessageId: message.MessageId,
          TopicArn: message.topicArn,
          Subject: message.Subject ?? null,
          Message: textFor(message, "lambda"),
          Timestamp: message.timestamp,
          SignatureVersion: message.signatureVersion,
          Signature: SIGNATURE,
          SigningCertUrl: certificate(store),
          UnsubscribeUrl: unsubscribeLink(store, subscription.arn),
          MessageAttributes: attributesOf(message),
        },
      },
    ],
  };
}

export const SIGNATURE = "EXAMPLE";

export function certificate({ scope }: SnsStore): string {
  return `https://sns.${scope.region}.amazonaws.com/SimpleNotificationService-EXAMPLE.pem`;
}

function attributesOf({ MessageAttributes = {} }: Message) {
  return Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? Buffer.from(BinaryValue ?? []).toString("base64") },
    ]),
  );
}
