import { createHash } from "node:crypto";

/** Returns the digest of `bytes` by a named hash. */
export function digest(hash: string, ...bytes: readonly Uint8Array[]): Buffer {
  const state = createHash(hash);
  for (const part of bytes) state.update(part);
  return state.digest();
}
