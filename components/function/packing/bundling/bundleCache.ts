import * as esbuild from "esbuild";
import { createHash } from "node:crypto";
import { readFileSync, rmSync, statSync } from "node:fs";
import * as path from "node:path";
import { cacheFolder, keep, use } from "../caching/cacheFolder";
import { type Dependency, type Folders, resolveRequire } from "./dependencies";
import type { DependencyExport } from "./facades";
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
import { ownCode } from "../caching/ownCode";
import { mapOf } from "../caching/remember";

/** The bundle of a text's dependencies. */
export interface BundledDependencies {
  code: string;
  exports: Map<string, DependencyExport>;
}

/** A bundle, with the files and imports that it was made from. */
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
 * Caches bundles between runs of a program, below its `node_modules/.cache`: a preview without changes then starts no
 * bundler. An entry is valid as long as none of its input files has changed, and every import still resolves to the
 * same copy of its package. Only bundles that are the same in every program are cached.
 */
export class BundleCache {
  /** Entries in memory: a process that runs a program repeatedly reads each file once. */
  private readonly entries = mapOf<Entry>("bundles");

  private constructor(private readonly file: string) {}

  /** Returns undefined where nothing can be cached. */
  static of(
    dependencies: readonly Dependency[],
    { folders, runsIn }: { folders: Folders; runsIn: string },
  ): BundleCache | undefined {
    const folder = cacheFolder(folders[0]);
    if (folder === undefined) return undefined;
    const resolved = dependencies.map(({ specifier }) => resolveRequire(specifier, folders));
    // Packages that are not installed are resolved in other ways, and may be installed at any time.
    if (resolved.includes(undefined)) return undefined;
    const parts = [esbuild.version, ownCode(), dependencies, resolved, runsIn];
    const key = hashOf(JSON.stringify(parts));
    return new BundleCache(path.join(folder, `${key}.json`));
  }

  /** Returns the cached bundle, or makes it and caches it. */
  async get(make: () => Promise<MadeBundle>): Promise<BundledDependencies> {
    const kept = this.read();
    if (kept) return kept;
    const startMs = this.start();
    const made = await make();
    if (startMs !== undefined) this.write(made, startMs);
    return made;
  }

  private read(): BundledDependencies | undefined {
    const entry = this.entries.get(this.file) ?? readEntry(this.file);
    if (!entry?.stamps.every(holdsStamp) || !entry.lookups.every(holdsLookup)) {
      this.entries.delete(this.file);
      return undefined;
    }
    this.entries.set(this.file, entry);
    use(this.file);
    return { code: entry.code, exports: new Map(entry.exports) };
  }

  /**
   * Returns the current time of the file system's clock, which may differ from ours; undefined if nothing can be
   * written.
   */
  private start(): number | undefined {
    const mark = `${this.file}.start.${process.pid}`;
    if (!keep(mark, "")) return undefined;
    const { mtimeMs } = statSync(mark);
    rmSync(mark, { force: true });
    return mtimeMs;
  }

  /** Writes the entry, unless an input changed while the bundle was made: then it is unknown which version was used. */
  private write({ code, exports, inputs, imports }: MadeBundle, startMs: number): void {
    const stamps = stampsOf(inputs);
    const lookups = lookupsOf(imports);
    if (!lookups || stamps.some((stamp) => isWrittenSince(stamp, startMs))) return;
    const entry: Entry = { code, exports: [...exports], stamps, lookups };
    const text = JSON.stringify(entry);
    keep(this.file, `${hashOf(text)}\n${text}`);
  }
}

/** Returns an entry if it is intact: its first line is a hash of the rest. Otherwise undefined. */
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
