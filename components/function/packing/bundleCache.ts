import * as esbuild from "esbuild";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import * as path from "node:path";
import { cacheFolder, keep, use } from "./cacheFolder";
import {
  type Dependency,
  type DependencyExport,
  type Folders,
  resolveRequire,
} from "./dependencies";
import {
  holdsLookup,
  holdsStamp,
  type Import,
  isWrittenSince,
  type Lookup,
  lookupsOf,
  type Stamp,
  stampsOf,
} from "./installedFiles";

/** What is made of the dependencies of a text. */
export interface BundledDependencies {
  code: string;
  exports: Map<string, DependencyExport>;
}

/** A bundle, and what it was made from. */
export interface MadeBundle extends BundledDependencies {
  /** Absolute paths. */
  inputs: string[];
  imports: Import[];
}

interface Entry {
  code: string;
  exports: [string, DependencyExport][];
  stamps: Stamp[];
  lookups: Lookup[];
}

/**
 * Keeps bundles from one run of a program to the next, below its `node_modules/.cache`: a preview without a change then
 * starts no bundler. An entry holds as long as no file that went into it has changed, and every import still leads to
 * the same copy of its package. Only what is resolved and bundled alike in every program is kept.
 */
export class BundleCache {
  private constructor(private readonly file: string) {}

  /** Undefined where nothing can be kept. */
  static of(
    dependencies: readonly Dependency[],
    { folders, runsIn }: { folders: Folders; runsIn: string },
  ): BundleCache | undefined {
    const folder = cacheFolder(folders[0]);
    if (folder === undefined) return undefined;
    const resolved = dependencies.map(({ specifier }) => resolveRequire(specifier, folders));
    // What is not installed is looked for in other ways, and may be installed at any time.
    if (resolved.includes(undefined)) return undefined;
    const parts = [esbuild.version, ownCode(), dependencies, resolved, runsIn];
    const key = hashOf(JSON.stringify(parts));
    return new BundleCache(path.join(folder, `${key}.json`));
  }

  /** What is kept, or else what is made now, which is then kept. */
  async get(make: () => Promise<MadeBundle>): Promise<BundledDependencies> {
    const kept = this.read();
    if (kept) return kept;
    const startMs = this.start();
    const made = await make();
    if (startMs !== undefined) this.write(made, startMs);
    return made;
  }

  private read(): BundledDependencies | undefined {
    const entry = readEntry(this.file);
    if (!entry?.stamps.every(holdsStamp) || !entry.lookups.every(holdsLookup)) return undefined;
    use(this.file);
    return { code: entry.code, exports: new Map(entry.exports) };
  }

  /** The time by the clock of the file system, which need not be ours; undefined where nothing can be written. */
  private start(): number | undefined {
    const mark = `${this.file}.start.${process.pid}`;
    if (!keep(mark, "")) return undefined;
    const { mtimeMs } = statSync(mark);
    rmSync(mark, { force: true });
    return mtimeMs;
  }

  /** Nothing is kept of what changed while the bundle was made: nobody knows which of the two went in. */
  private write({ code, exports, inputs, imports }: MadeBundle, startMs: number): void {
    const stamps = stampsOf(inputs);
    const lookups = lookupsOf(imports);
    if (!lookups || stamps.some((stamp) => isWrittenSince(stamp, startMs))) return;
    const entry: Entry = { code, exports: [...exports], stamps, lookups };
    const text = JSON.stringify(entry);
    keep(this.file, `${hashOf(text)}\n${text}`);
  }
}

let ownHash: string | undefined;

/** Packing itself decides what the code is: another version of it starts anew. */
function ownCode(): string {
  if (ownHash === undefined) {
    const hash = createHash("sha256");
    for (const name of readdirSync(__dirname).sort()) {
      if (/\.[jt]s$/.test(name)) hash.update(readFileSync(path.join(__dirname, name)));
    }
    ownHash = hash.digest("hex");
  }
  return ownHash;
}

/** Undefined unless it is what was written: a hash stands on its first line. */
function readEntry(file: string): Entry | undefined {
  try {
    const [hash, text = ""] = readFileSync(file, "utf8").split("\n", 2);
    return hashOf(text) === hash ? (JSON.parse(text) as Entry) : undefined;
  } catch {
    return undefined;
  }
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
