import { made, type StoreSaving } from "../../core/saving/storeSaving";
import { Retries } from "../../core/retries";
import { retry } from "./deliver";
import { TopicEncryption } from "./encryption";
import { TopicOrder } from "./fifo";
import { SubscriptionSettings, TopicSettings } from "./settings";
import type { SnsStore } from "./store";
import { expire } from "./subscribe";

export const saving: StoreSaving<SnsStore> = {
  // The constructors of the settings know their rules.
  transient: ["rules"],
  parts: [Retries],
  values: [TopicEncryption, TopicOrder],
  made: [
    made(TopicSettings, () => new TopicSettings({})),
    made(SubscriptionSettings, () => new SubscriptionSettings({})),
  ],
  resume(store) {
    store.retries.resume((work) => retry(work, store));
    for (const subscription of store.subscriptions.values())
      if (subscription.token !== undefined) expire(subscription, store);
  },
};
