import type { SnsStore } from "./store";

/** Path of the links in messages. On AWS they point to the service itself, and are not signed either. */
export const LINKS = "/_sns/";

export function confirmationLink(
  { scope }: SnsStore,
  subscription: { topicArn: string; token?: string },
): string {
  const { topicArn: TopicArn, token: Token = "" } = subscription;
  return link(scope, { Action: "ConfirmSubscription", TopicArn, Token });
}

export function unsubscribeLink({ scope }: SnsStore, SubscriptionArn: string): string {
  return link(scope, { Action: "Unsubscribe", SubscriptionArn });
}

function link(
  { cloud, region }: SnsStore["scope"],
  query: Readonly<Record<string, string>>,
): string {
  return `${cloud.endpoint}${LINKS}${region}/?${new URLSearchParams(query).toString()}`;
}
