import type { StoreSaving } from "../../core/saving/storeSaving";
import type { StoredEntry } from "./model/dynalite";
import { RecentRequests } from "./model/recentRequests";
import type { DynamoDbStore } from "./store";

export const saving: StoreSaving<DynamoDbStore> = {
  transient: ["engine", "lock"],
  parts: [RecentRequests],
  save: (store) => store.engine.save(),
  // Exactly what the engine's `save` returned.
  load: (store, saved) => store.engine.load(saved as readonly StoredEntry[]),
  resume: (store) => store.resumeSweeping(),
};
