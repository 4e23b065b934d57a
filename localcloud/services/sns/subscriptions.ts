import { parseArn } from "../../core/arn";
import { AwsError } from "../../core/errors";
import { api, invalidParameter } from "./api";
import type { SnsStore, Subscription } from "./store";
import { checkRawDelivery, summary } from "./subscribe";

export const subscriptions = api.entity<Subscription>({
  all: (store) => store.subscriptions,
  // IAM checks the topic's ARN.
  arn: (arn) => arn.replace(/:[^:]*$/, ""),
  check: checkArn,
  notFound: () => new AwsError("NotFoundException", "Subscription does not exist"),
  operations: {
    GetSubscriptionAttributes: {
      on: "SubscriptionArn",
      run: (subscription, _input, { accountId }) => ({
        Attributes: {
          ...Object.fromEntries(subscription.settings.entries()),
          SubscriptionArn: subscription.arn,
          TopicArn: subscription.topicArn,
          Protocol: subscription.protocol,
          Endpoint: subscription.endpoint,
          Owner: accountId,
          SubscriptionPrincipal: subscription.principal,
          PendingConfirmation: String(subscription.token !== undefined),
          ConfirmationWasAuthenticated: String(subscription.token === undefined),
        },
      }),
    },
    SetSubscriptionAttributes: {
      on: "SubscriptionArn",
      run({ protocol, settings }, { AttributeName, AttributeValue = "" }) {
        checkRawDelivery(protocol, { [AttributeName]: AttributeValue });
        settings.update({ [AttributeName]: AttributeValue });
      },
    },
    ListSubscriptions: {
      lists: "Subscriptions",
      max: 100,
      view: (one, _input, { accountId }) => summary(one, accountId),
    },
    ConfirmSubscription: {
      names: "TopicArn",
      does: ({ TopicArn, Token }, { store }) => ({
        SubscriptionArn: confirm(TopicArn, Token, store),
      }),
    },
    Unsubscribe: {
      names: "SubscriptionArn",
      // Ending a subscription that does not exist succeeds.
      does({ SubscriptionArn }, { store }) {
        checkArn(SubscriptionArn);
        store.subscriptions.delete(SubscriptionArn);
      },
    },
  },
});

function checkArn(arn: string): void {
  if (parseArn(arn)?.service !== "sns")
    throw invalidParameter(
      `SubscriptionArn Reason: An ARN must have at least 6 elements, not ${arn.split(":").length}`,
    );
}

/** Confirms the subscription that a token was sent to; from now on it receives messages. */
export function confirm(topicArn: string, token: string, store: SnsStore): string {
  const all = [...store.subscriptions.values()];
  const found = all.find((one) => one.topicArn === topicArn && one.token === token);
  if (!found) throw invalidParameter("Token");
  delete found.token;
  return found.arn;
}
