import type { StoreSaving } from "../../core/saving/storeSaving";
import { AsyncEvents } from "./async/asyncEvents";
import { continueChange } from "./model/configuration";
import type { LambdaStore } from "./store";

/** Workers end with the cloud, and with them the calls that they handle: messages are received again. */
export const saving: StoreSaving<LambdaStore> = {
  transient: [
    "background",
    "codeSources",
    "downloads",
    "fleet",
    "invoker",
    "metrics",
    "pollers",
    "roles",
    "stopped",
  ],
  parts: [AsyncEvents],
  halt: (store) => store.stop(),
  resume(store) {
    for (const { latest, published } of store.functions.values())
      for (const version of [latest, ...published]) {
        if (version.change) continueChange(store, version);
        store.codeSources.watch(version.settings.code);
      }
    store.events.resume();
    for (const mapping of store.mappings.values()) store.pollers.apply(mapping);
  },
};
