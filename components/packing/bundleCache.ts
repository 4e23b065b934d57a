import * as esbuild from "esbuild";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import { cacheFolder, keep, use } from "./cacheFolder";
import { type Dependency, type DependencyExport, resolveRequire } from "./dependencies";
import { packageOf } from "./packages";

/** What is made of the dependencies of a text, and the files that it was made from. */
export interface BundledDependencies {
  code: string;
  exports: Map<string, DependencyExport>;
  /** Absolute paths. */
  inputs: string[];
}

interface Entry {
  code: string;
  exports: [string, DependencyExport][];
  /** Size and time of every file and folder that the code depends on. */
  stamps: [string, string][];
}

/**
 * Keeps bundles from one run of a program to the next, below its `node_modules/.cache`: a preview without a change then
 * starts no bundler. An entry holds as long as no file that went into it has changed, nor the folders in which other
 * copies of its packages could have been installed. Only what is resolved and bundled alike in every program is kept.
 */
export class BundleCache {
  private constructor(private readonly file: string) {}

  /** Undefined where nothing can be kept. */
  static of(
    dependencies: readonly Dependency[],
    { folders, runsIn }: { folders: readonly string[]; runsIn: string },
  ): BundleCache | undefined {
    const folder = cacheFolder(folders[0]);
    if (folder === undefined) return undefined;
    const resolved = dependencies.map(({ specifier }) => resolveRequire(specifier, folders));
    // What is not installed is looked for in other ways, and may be installed at any time.
    if (resolved.includes(undefined)) return undefined;
    const parts = [esbuild.version, ownCode(), dependencies, resolved, runsIn];
    const key = createHash("sha256").update(JSON.stringify(parts)).digest("hex");
    return new BundleCache(path.join(folder, `${key}.json`));
  }

  read(): BundledDependencies | undefined {
    const entry = readEntry(this.file);
    if (!entry || entry.stamps.some(([file, stamp]) => stampOf(file) !== stamp)) return undefined;
    use(this.file);
    return { code: entry.code, exports: new Map(entry.exports), inputs: [] };
  }

  write({ code, exports, inputs }: BundledDependencies): void {
    const stamps = dependedOn(inputs).map((file): [string, string] => [file, stampOf(file)]);
    const entry: Entry = { code, exports: [...exports], stamps };
    keep(this.file, JSON.stringify(entry));
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

/** The inputs, the manifests of their packages, and the folders where these were found. */
function dependedOn(inputs: readonly string[]): string[] {
  const files = new Set(inputs.filter((file) => existsSync(file)));
  for (const file of [...files]) {
    const directory = packageOf(file)?.directory;
    if (directory === undefined) continue;
    for (const name of ["package.json", "node_modules", ".."])
      files.add(path.join(directory, name));
  }
  return [...files];
}

function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat ? `${stat.size} ${stat.mtimeMs}` : "absent";
}

function readEntry(file: string): Entry | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Entry;
  } catch {
    return undefined;
  }
}
