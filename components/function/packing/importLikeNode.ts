import { existsSync, realpathSync } from "node:fs";
import * as path from "node:path";
import { packageIn } from "./packages";

/** https://nodejs.org/api/packages.html#conditional-exports */
const CONDITIONS = ["node", "import", "module-sync", "node-addons", "default"];

/**
 * Returns the file that `import()` loads in Node.js, if the package's `exports` decide it; undefined if it is the file
 * that `require` loads. Node.js has no such function for a file other than the asking one.
 * https://nodejs.org/api/esm.html#resolution-algorithm-specification
 */
export function resolveLikeImport(
  specifier: string,
  folders: readonly string[],
): string | undefined {
  const [name] = /^(@[^/]+\/)?[^/]+/.exec(specifier) ?? [];
  if (name === undefined || specifier.startsWith("#")) return undefined;
  const directory = folders.flatMap((folder) => placesAbove(folder, name)).find(existsSync);
  const exports = directory && packageIn(directory)?.manifest.exports;
  if (!directory || exports === undefined || exports === null) return undefined;
  const target = targetOf(exports, `.${specifier.slice(name.length)}`);
  const file = target === undefined ? undefined : path.join(directory, target);
  return file !== undefined && existsSync(file) ? realpathSync(file) : undefined;
}

function placesAbove(folder: string, name: string): string[] {
  const place = path.join(folder, "node_modules", name);
  return folder === path.dirname(folder)
    ? [place]
    : [place, ...placesAbove(path.dirname(folder), name)];
}

function targetOf(exports: unknown, subpath: string): string | undefined {
  const map = subpathsOf(exports);
  if (Object.hasOwn(map, subpath) && !subpath.includes("*")) return choose(map[subpath], "");
  const pattern = Object.keys(map)
    .filter((key) => matches(key, subpath))
    .sort((a, b) => b.indexOf("*") - a.indexOf("*") || b.length - a.length)[0];
  if (pattern === undefined) return undefined;
  const [before = "", after = ""] = pattern.split("*");
  return choose(map[pattern], subpath.slice(before.length, subpath.length - after.length));
}

/** Returns the subpaths of an `exports` map; a map without any describes the package itself. */
function subpathsOf(exports: unknown): Record<string, unknown> {
  return isMap(exports) && Object.keys(exports).every((key) => key.startsWith("."))
    ? exports
    : { ".": exports };
}

function matches(pattern: string, subpath: string): boolean {
  const [before = "", after] = pattern.split("*");
  if (after === undefined || subpath.length < pattern.length) return false;
  return subpath.startsWith(before) && subpath.endsWith(after);
}

/** Returns the first target whose conditions hold, with what the star stands for. */
function choose(target: unknown, star: string): string | undefined {
  if (typeof target === "string") return target.replaceAll("*", star);
  const choices = Array.isArray(target)
    ? (target as unknown[])
    : isMap(target)
      ? holding(target)
      : [];
  for (const choice of choices) {
    const chosen = choose(choice, star);
    if (chosen !== undefined) return chosen;
  }
  return undefined;
}

function holding(target: Record<string, unknown>): unknown[] {
  return Object.entries(target)
    .filter(([condition]) => CONDITIONS.includes(condition))
    .map(([, value]) => value);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
