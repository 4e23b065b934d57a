import { createHash } from "node:crypto";

/** Digest of `bytes` by hash name. */
export function digest(hash: string, ...bytes: readonly Uint8Array[]): Buffer {
  const state = createHash(hash);
  for (const part of bytes) state.update(part);
  return state.digest();
}
