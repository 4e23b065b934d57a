import type { KmsKey, KmsStore } from "../store";
import { aliasesOf } from "./resolveKey";

/** Schedules the deletion of a key with its aliases. */
export function scheduleDeletion(key: KmsKey, date: Date, store: KmsStore): void {
  const { clock } = store.scope;
  const timer = clock.setTimeout(() => forget(key, store), date.getTime() - clock.now());
  key.deletion = { date, timer };
}

function forget(key: KmsKey, store: KmsStore): void {
  store.keys.delete(key.keyId);
  for (const alias of aliasesOf(key, store)) store.aliases.delete(alias.name);
}
