import { existsSync, realpathSync, statSync } from "node:fs";
import * as path from "node:path";
import { isPacking } from "../caching/packingOrder";
import { packageOf } from "./packages";

/** An import in a file, as the bundler resolved it. */
export interface Import {
  /** Absolute path. */
  importer: string;
  /** As written in the importer. */
  specifier: string;
  /** The file that it resolved to; undefined if it was left out of the bundle. */
  resolved?: string;
}

/** A place where a package is looked up, and the folder that was found there; null if none was. */
export type Lookup = readonly [place: string, found: string | null];

/** A file or folder, with its size and times. */
export type Stamp = readonly [file: string, stamp: string];

/**
 * Returns every place in which the packages of these imports are looked up, nearest first, up to the one that has it.
 * Package managers that use links (pnpm) change the version of a dependency by a link alone: no file changes. Undefined
 * if an import resolved differently from this lookup, so that it must have been resolved in another way.
 * https://nodejs.org/api/modules.html#loading-from-node_modules-folders
 */
export function lookupsOf(imports: readonly Import[]): Lookup[] | undefined {
  const lookups = new Map<string, string | null>();
  const find = (place: string): string | null => {
    const found = lookups.get(place);
    if (found !== undefined) return found;
    const directory = lookUp(place);
    lookups.set(place, directory);
    return directory;
  };
  for (const { importer, specifier, resolved } of imports) {
    const name = packageName(specifier);
    if (name === undefined) continue;
    const found = firstOf(path.dirname(importer), name, find);
    if (resolved === undefined) continue;
    // "#name" refers to a file that the manifest of the importer's own package names.
    const owner = specifier.startsWith("#") ? packageOf(importer)?.directory : found;
    if (!owner || !resolved.startsWith(owner + path.sep)) return undefined;
  }
  return [...lookups];
}

export function holdsLookup([place, found]: Lookup): boolean {
  return lookUp(place) === found;
}

/**
 * Stamps the files, their folders (a new file may take precedence over the one that was found), and every manifest that
 * decides how they are read.
 */
export function stampsOf(files: readonly string[]): Stamp[] {
  const stamped = new Set(files);
  for (const lowest of new Set(files.map((file) => path.dirname(file)))) {
    const top = packageOf(path.join(lowest, "package.json"))?.directory;
    stamped.add(lowest);
    for (let folder = lowest; ; folder = path.dirname(folder)) {
      stamped.add(path.join(folder, "package.json"));
      if (folder === top || folder === path.dirname(folder)) break;
    }
  }
  return [...stamped].map((file) => [file, stampOf(file)]);
}

export function holdsStamp([file, stamp]: Stamp): boolean {
  return stampOf(file) === stamp;
}

/**
 * Checks whether the file was written at this time or later. An installer can set an old modification time, but nobody
 * can set the time of the inode's change.
 */
export function isWrittenSince([file]: Stamp, timeMs: number): boolean {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat !== undefined && Math.max(stat.mtimeMs, stat.ctimeMs) >= timeMs;
}

/** Returns the package of a specifier; undefined for a path. */
function packageName(specifier: string): string | undefined {
  if (specifier.startsWith(".") || path.isAbsolute(specifier)) return undefined;
  return /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0];
}

function firstOf(
  folder: string,
  name: string,
  find: (place: string) => string | null,
): string | undefined {
  for (let from = folder; ; from = path.dirname(from)) {
    const place = path.join(from, "node_modules", name);
    const found = path.basename(from) === "node_modules" ? null : find(place);
    if (found !== null) return found;
    if (from === path.dirname(from)) return undefined;
  }
}

function lookUp(place: string): string | null {
  return existsSync(place) ? realpathSync.native(place) : null;
}

/** Stamps of files, cached while callbacks are packed together: they share most of their packages. */
const cachedStamps = new Map<string, string>();

function forgetWhenPacked(): void {
  if (isPacking()) setImmediate(forgetWhenPacked);
  else cachedStamps.clear();
}

function stampOf(file: string): string {
  if (cachedStamps.size === 0) setImmediate(forgetWhenPacked);
  const known = cachedStamps.get(file);
  if (known !== undefined) return known;
  const stat = statSync(file, { throwIfNoEntry: false });
  const stamp = stat ? `${stat.size} ${stat.mtimeMs}` : "absent";
  cachedStamps.set(file, stamp);
  return stamp;
}
