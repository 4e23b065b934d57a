import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

/** The folder of the packing code. */
const PACKING = path.dirname(__dirname);

/** Returns the files of the packing code, always in the same order. */
export function packingFiles(): string[] {
  return readdirSync(PACKING, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.[jt]s$/.test(name))
    .sort()
    .map((name) => path.join(PACKING, name));
}

let known: string | undefined;

/** Returns a hash of the packing code, which determines what is cached: another version of it invalidates the caches. */
export function ownCode(): string {
  if (known === undefined) {
    const hash = createHash("sha256");
    for (const file of packingFiles()) hash.update(readFileSync(file));
    known = hash.digest("hex");
  }
  return known;
}
