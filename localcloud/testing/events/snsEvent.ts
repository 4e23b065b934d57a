import { ACCOUNT_ID, nextUuid, overridesOf, REGION, TIME } from "./example";

/** The event that SNS sends to a function: https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
export interface SnsEvent {
  readonly Records: readonly SnsRecord[];
}

export interface SnsRecord {
  readonly EventVersion: "1.0";
  readonly EventSubscriptionArn: string;
  readonly EventSource: "aws:sns";
  readonly Sns: SnsNotification;
}

export interface SnsNotification {
  readonly Type: "Notification";
  readonly MessageId: string;
  readonly TopicArn: string;
  /** Null if the message was published without a subject. */
  readonly Subject: string | null;
  readonly Message: string;
  readonly Timestamp: string;
  readonly SignatureVersion: "1" | "2";
  readonly Signature: string;
  readonly SigningCertUrl: string;
  readonly UnsubscribeUrl: string;
  readonly MessageAttributes: Readonly<
    Record<string, { readonly Type: string; readonly Value: string }>
  >;
}

/** Returns an event with SNS notifications, one record per override of `Sns`. */
export function snsEvent(
  overrides?: Partial<SnsNotification> | readonly Partial<SnsNotification>[],
): SnsEvent {
  return { Records: overridesOf(overrides).map(snsRecord) };
}

function snsRecord(overrides: Partial<SnsNotification>): SnsRecord {
  const topicArn = overrides.TopicArn ?? `arn:aws:sns:${REGION}:${ACCOUNT_ID}:topic`;
  const subscriptionArn = `${topicArn}:${nextUuid()}`;
  const server = `https://sns.${REGION}.amazonaws.com`;
  return {
    EventVersion: "1.0",
    EventSubscriptionArn: subscriptionArn,
    EventSource: "aws:sns",
    Sns: {
      Type: "Notification",
      MessageId: nextUuid(),
      TopicArn: topicArn,
      Subject: null,
      Message: "{}",
      Timestamp: TIME,
      SignatureVersion: "1",
      Signature: "EXAMPLE",
      SigningCertUrl: `${server}/SimpleNotificationService-EXAMPLE.pem`,
      UnsubscribeUrl: `${server}/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`,
      MessageAttributes: {},
      ...overrides,
    },
  };
}
