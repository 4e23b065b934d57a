import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

let known: string | undefined;

/** Returns a hash of the packing code, which determines what is cached: another version of it invalidates the caches. */
export function ownCode(): string {
  if (known === undefined) {
    const hash = createHash("sha256");
    for (const folder of [__dirname, path.join(__dirname, "closure")])
      for (const name of readdirSync(folder).sort())
        if (/\.[jt]s$/.test(name)) hash.update(readFileSync(path.join(folder, name)));
    known = hash.digest("hex");
  }
  return known;
}
