import { createPrivateKey, createPublicKey, KeyObject } from "node:crypto";
import type { StoreSaving } from "../../core/saving/storeSaving";
import { scheduleDeletion } from "./model/deletion";
import type { KmsStore } from "./store";

/** Private keys in PKCS #8, by the id of their KMS key. */
type PrivateKeys = ReadonlyMap<string, Buffer>;

export const saving: StoreSaving<KmsStore> = {
  omits: (value) => value instanceof KeyObject,
  save(store) {
    const pairs = [...store.keys.values()].flatMap(({ keyId, material }) =>
      material.kind === "pair"
        ? [[keyId, material.privateKey.export({ format: "der", type: "pkcs8" })] as const]
        : [],
    );
    return Promise.resolve(new Map(pairs));
  },
  load(store, saved) {
    for (const [id, der] of saved as PrivateKeys) {
      const key = store.keys.get(id);
      const privateKey = createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" });
      const publicKey = createPublicKey(privateKey);
      if (key) store.keys.set(id, { ...key, material: { kind: "pair", privateKey, publicKey } });
    }
    return Promise.resolve();
  },
  resume(store) {
    for (const key of store.keys.values())
      if (key.deletion) scheduleDeletion(key, key.deletion.date, store);
  },
};
