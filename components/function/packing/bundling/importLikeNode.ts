import { existsSync, realpathSync } from "node:fs";
import * as path from "node:path";
import { exports as resolveExports } from "resolve.exports";
import { packageIn } from "./packages";

/**
 * Conditions of Node.js besides `import`, `node` and `default`.
 * https://nodejs.org/api/packages.html#conditional-exports
 */
const CONDITIONS = ["module-sync", "node-addons"];

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
  const manifest = directory === undefined ? undefined : packageIn(directory)?.manifest;
  if (!directory || !manifest?.exports) return undefined;
  const target = mappedFile({ name, exports: manifest.exports }, specifier);
  const file = target === undefined ? undefined : path.join(directory, target);
  return file !== undefined && existsSync(file) ? realpathSync(file) : undefined;
}

/** Returns the first of the files that an `exports` map has for a name; undefined for a name that it lacks. */
function mappedFile(manifest: object, specifier: string): string | undefined {
  try {
    const [first] = resolveExports(manifest, specifier, { conditions: CONDITIONS }) || [];
    return first;
  } catch {
    return undefined;
  }
}

function placesAbove(folder: string, name: string): string[] {
  const place = path.join(folder, "node_modules", name);
  return folder === path.dirname(folder)
    ? [place]
    : [place, ...placesAbove(path.dirname(folder), name)];
}
