import { AwsError } from "../../core/errors";
import type { Route } from "../../core/service";
import { LINKS } from "./links";
import type { SnsStore } from "./store";
import { confirm } from "./subscriptions";

/** Serves the links in messages, which confirm a subscription or end it. */
export const links: Route<SnsStore> = {
  matches: ({ path }) => path.startsWith(LINKS),
  isIn: ({ path }, { scope }) => path === `${LINKS}${scope.region}/`,
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

function answer(status: number, text: string) {
  return { status, headers: { "content-type": "text/plain; charset=utf-8" }, body: `${text}\n` };
}
