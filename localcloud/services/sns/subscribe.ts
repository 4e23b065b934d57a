import { randomUUID } from "node:crypto";
import type * as sdk from "@aws-sdk/client-sns";
import type { Subscription as Summary } from "@aws-sdk/client-sns";
import { parseArn } from "../../core/arn";
import { notImplemented } from "../../core/errors";
import { principalArn } from "../../core/principal";
import type { CallContext } from "../../core/service";
import type { InputOf } from "../../entities/api";
import { inAttributes, invalidParameter } from "./api";
import { requestConfirmation } from "./deliver/http";
import { SubscriptionSettings } from "./settings";
import type { SnsStore, Subscription, Topic } from "./store";

type Sdk = typeof sdk;

/** Format of each protocol's endpoints. */
const ENDPOINTS: Readonly<Record<string, RegExp>> = {
  email: /@/,
  "email-json": /@/,
  http: /^http:\/\//,
  https: /^https:\/\//,
  lambda: /^arn:aws:lambda:/,
  sms: /^\+?[\d-]+$/,
  sqs: /^arn:aws:sqs:/,
};
const ABSENT = ["application", "firehose"];
/** Protocols that need no confirmation if the topic's owner subscribes. */
const WITHOUT_CONFIRMATION: readonly string[] = ["lambda", "sms", "sqs"];
/** Time limit for a confirmation. https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.confirm.html */
const CONFIRMATION_MS = 3 * 86_400_000;

/** Subscribes an endpoint. Subscribing it again returns the existing subscription. */
export async function subscribe(
  topic: Topic,
  input: InputOf<Sdk, "Subscribe">,
  context: CallContext<SnsStore>,
): Promise<{ SubscriptionArn: string }> {
  const { store, clock } = context;
  const { Protocol: protocol, Endpoint: endpoint = "", Attributes = {} } = input;
  checkEndpoint(topic, protocol, endpoint);
  checkRawDelivery(protocol, Attributes);
  const settings = inAttributes(() => new SubscriptionSettings(Attributes));
  const known = [...store.subscriptions.values()].find(
    (one) => one.topicArn === topic.arn && one.protocol === protocol && one.endpoint === endpoint,
  );
  if (known?.settings.difference(Attributes) !== undefined)
    throw invalidParameter(
      "Attributes Reason: Subscription already exists with different attributes",
    );
  const arn = known?.arn ?? `${topic.arn}:${randomUUID()}`;
  const token = WITHOUT_CONFIRMATION.includes(protocol)
    ? undefined
    : randomUUID().replaceAll("-", "").repeat(2);
  const principal = principalArn(context.principal);
  const facts = { arn, topicArn: topic.arn, protocol, endpoint, settings, token, principal };
  const subscription: Subscription = known ?? { ...facts, askedAt: clock.now() };
  store.subscriptions.set(arn, subscription);
  if (subscription.token !== undefined) {
    if (/^https?$/.test(protocol)) requestConfirmation(subscription, store);
    expire(subscription, store);
  }
  const shown = subscription.token === undefined || input.ReturnSubscriptionArn;
  return { SubscriptionArn: shown ? arn : "pending confirmation" };
}

/** Removes the subscription unless it is confirmed in time. */
export function expire(subscription: Subscription, { scope, subscriptions }: SnsStore): void {
  const { clock } = scope;
  clock.setTimeout(
    () => {
      if (subscription.token !== undefined) subscriptions.delete(subscription.arn);
    },
    subscription.askedAt + CONFIRMATION_MS - clock.now(),
  );
}

/**
 * Protocols: https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html, text:
 * https://github.com/aws-controllers-k8s/community/issues/2192
 */
export function checkRawDelivery(
  protocol: string,
  { RawMessageDelivery: raw }: Readonly<Record<string, string>>,
): void {
  if (raw === "true" && !/^(https?|sqs)$/.test(protocol))
    throw invalidParameter(
      `Delivery protocol [${protocol}] does not support raw message delivery.`,
    );
}

export function summary(one: Subscription, owner: string): Summary {
  return {
    SubscriptionArn: one.token === undefined ? one.arn : "PendingConfirmation",
    Owner: owner,
    Protocol: one.protocol,
    Endpoint: one.endpoint,
    TopicArn: one.topicArn,
  };
}

function checkEndpoint({ order }: Topic, protocol: string, endpoint: string): void {
  if (ABSENT.includes(protocol)) throw notImplemented("sns", `Subscribe with ${protocol}`);
  const form = ENDPOINTS[protocol];
  if (!form)
    throw invalidParameter(`Amazon SNS does not support this protocol string: ${protocol}`);
  if (!form.test(endpoint))
    throw invalidParameter(
      /^https?$/.test(protocol)
        ? "Endpoint must match the specified protocol"
        : `${protocol.toUpperCase()} endpoint ARN`,
    );
  // https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html
  if (order && protocol !== "sqs") throw invalidParameter(`Invalid protocol type: ${protocol}`);
  if (!order && protocol === "sqs" && parseArn(endpoint)?.resource.endsWith(".fifo"))
    // SNS says the first words twice.
    throw invalidParameter(
      "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics",
    );
}
