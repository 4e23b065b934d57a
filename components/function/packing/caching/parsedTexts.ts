import * as acorn from "acorn";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { deserialize, serialize } from "node:v8";
import { cacheFolder, keep, use } from "./cacheFolder";
import { ownCode } from "./ownCode";

/** Results by the name of what was computed, and by the hash of the text that it was computed from. */
type Results = Map<string, Map<string, unknown>>;

/** More than the functions of a large program; above it the oldest results are removed. */
export const MOST = 5_000;

/** Ten times what stack dev needs: every process that packs a callback reads the file first. */
export const MOST_BYTES = 4 * 1024 * 1024;

/** Characters of new texts: parsing that many again in each process would take longer than writing the file once. */
const MANY = 10_000;

/**
 * What parsing found in the texts of functions and files, stored below the program's `node_modules/.cache`: it is
 * always the same for a text, and is half of the work that packing an unchanged program takes.
 */
export class ParsedTexts {
  private newCharacters = 0;

  private constructor(
    private readonly file: string | undefined,
    private readonly results: Results,
  ) {}

  /** @param directory a folder of the program. Without installed packages there, nothing is stored. */
  static below(directory: string): ParsedTexts {
    const folder = cacheFolder(directory);
    const file = folder === undefined ? undefined : path.join(folder, `parsed-${version()}.bin`);
    const results = (file !== undefined && read(file)) || new Map<string, Map<string, unknown>>();
    return new ParsedTexts(file, results);
  }

  /** Returns the results of one kind; additions to it are stored by `note` and `store`. */
  of(name: string): Map<string, unknown> {
    const found = this.results.get(name) ?? new Map<string, unknown>();
    this.results.set(name, found);
    return found;
  }

  /** Notes that `of` has received the result for a text of this length. */
  note(characters: number): void {
    this.newCharacters += characters;
  }

  /** Stores all results if many are new; a few cost less to compute again. */
  store(): void {
    if (this.file === undefined || this.newCharacters < MANY) return;
    this.newCharacters = 0;
    try {
      const data = this.serialized();
      keep(this.file, Buffer.concat([Buffer.from(`${hashOf(data)}\n`), data]));
    } catch {
      // A value that cannot be copied, for example: the next process parses again, but the program must not fail.
    }
  }

  private serialized(): Buffer {
    for (;;) {
      const data = serialize(this.results);
      if (data.length <= MOST_BYTES) return data;
      for (const results of this.results.values()) removeOldest(results);
    }
  }
}

/** Removes the older half of the results. */
function removeOldest(results: Map<string, unknown>): void {
  const oldest = [...results.keys()].slice(0, Math.ceil(results.size / 2));
  for (const key of oldest) results.delete(key);
}

/** Returns a file's results if it is intact: its first line is a hash of the rest. Otherwise undefined. */
function read(file: string): Results | undefined {
  try {
    const stored = readFileSync(file);
    const end = stored.indexOf("\n");
    const data = stored.subarray(end + 1);
    if (hashOf(data) !== stored.toString("latin1", 0, end)) return undefined;
    use(file);
    // Only `store` writes such files, with a hash.
    return deserialize(data) as Results;
  } catch {
    return undefined; // There is none yet.
  }
}

/** Returns a hash of what determines the results and their format. */
function version(): string {
  const walk = createRequire(__filename)("acorn-walk/package.json") as { version: string };
  const parts = [ownCode(), acorn.version, walk.version, process.versions.v8];
  return hashOf(Buffer.from(parts.join("\n"))).slice(0, 32);
}

function hashOf(data: Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}
