import { randomFillSync } from "node:crypto";

/** A pool, because requesting few bytes from the system costs as much as requesting many. */
const POOL = Buffer.alloc(8192);
let used = POOL.length;

/** Returns a number of fresh bytes of cryptographic quality as text; they are never used twice. */
export function randomText(bytes: number, encoding: "hex" | "base64"): string {
  if (used + bytes > POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  return POOL.toString(encoding, used, (used += bytes));
}
