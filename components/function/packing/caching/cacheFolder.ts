import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import * as path from "node:path";

/** https://github.com/sindresorhus/find-cache-dir */
const CACHE = ".cache/aws-callbacks";
const DAY_MS = 86_400_000;
/** Days after which a file that no run of a program has used is deleted. */
const KEPT_DAYS = 7;

/**
 * Returns the folder for cached files: below the nearest `node_modules` of the program, as Node would find it, so that
 * programs that share one through a link share the cache. Undefined if there is none.
 */
export function cacheFolder(directory: string): string | undefined {
  const installed = path.join(directory, "node_modules");
  if (existsSync(installed)) return path.join(realpathSync(installed), CACHE);
  const parent = path.dirname(directory);
  return parent === directory ? undefined : cacheFolder(parent);
}

/** Writes a file atomically; returns false if it cannot be written, as in a read-only container. */
export function keep(file: string, content: string | Buffer): boolean {
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(draft, content);
    renameSync(draft, file);
    forgetUnused(path.dirname(file));
    return true;
  } catch {
    return false;
  }
}

/** Marks a cached file as used; returns false if it does not exist. */
export function use(file: string): boolean {
  try {
    const now = new Date();
    utimesSync(file, now, now);
    return true;
  } catch {
    return false;
  }
}

/** Returns a file with this text, named by its hash; undefined if none can be written. */
export function fileOf(text: string, directory: string): string | undefined {
  const folder = cacheFolder(directory);
  if (folder === undefined) return undefined;
  const file = path.join(folder, `${createHash("sha256").update(text).digest("hex")}.js`);
  // A cached file may be damaged, by a full disk or an editor, so its content is compared with the text.
  return (holds(file, text) && use(file)) || keep(file, text) ? file : undefined;
}

function holds(file: string, text: string): boolean {
  return existsSync(file) && readFileSync(file, "utf8") === text;
}

function forgetUnused(folder: string): void {
  const oldest = Date.now() - KEPT_DAYS * DAY_MS;
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat && stat.mtimeMs < oldest) rmSync(file, { force: true });
  }
}
