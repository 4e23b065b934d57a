import { AwsError } from "../../core/errors";
import type { Route } from "../../core/service";
import type { SnsStore } from "./store";
import { confirm } from "./subscriptions";

/** Path of the links in messages: on AWS they lead to the service itself, and are not signed either. */
const PREFIX = "/_sns/";

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

export const links: Route<SnsStore> = {
  matches: ({ path }) => path.startsWith(PREFIX),
  isIn: ({ path }, { scope }) => path === `${PREFIX}${scope.region}/`,
  async handle({ query }, { store }) {
    const of = (name: string): string => query.get(name) ?? "";
    try {
      if (of("Action") === "ConfirmSubscription")
        return answer(200, `Confirmed ${confirm(of("TopicArn"), of("Token"), store)}.`);
      store.subscriptions.delete(of("SubscriptionArn"));
      return answer(200, "Unsubscribed.");
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return answer(400, error.message);
    }
  },
};

function link(
  { cloud, region }: SnsStore["scope"],
  query: Readonly<Record<string, string>>,
): string {
  return `${cloud.endpoint}${PREFIX}${region}/?${new URLSearchParams(query).toString()}`;
}

function answer(status: number, text: string) {
  return { status, headers: { "content-type": "text/plain; charset=utf-8" }, body: `${text}\n` };
}
