import { randomFillSync } from "node:crypto";

/** Asking the system for bytes costs the same for many as for few. */
const POOL = Buffer.alloc(8192);
let used = POOL.length;

/** So many fresh random bytes, of cryptographic quality, as a text that is all their owner's. */
export function randomText(bytes: number, encoding: "hex" | "base64"): string {
  if (used + bytes > POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  return POOL.toString(encoding, used, (used += bytes));
}
