import * as path from "node:path";
import { resolveRequire } from "./dependencies";
import type { LoadedModule } from "../captures/loadedModules";
import { packageOf } from "./packages";

/**
 * Returns the specifier by which a module is required: the same on every machine, and resolvable from these folders. A
 * package with an `exports` map allows only the names of that map; any other package, each of its files.
 */
export function moduleSpecifier(module: LoadedModule, folders: readonly string[]): string {
  return resolvingSpecifier(module, folders) ?? specifiersOf(module)[0] ?? "";
}

/** Like moduleSpecifier; undefined if no specifier leads to the module. */
export function resolvingSpecifier(
  module: LoadedModule,
  folders: readonly string[],
): string | undefined {
  if (module.kind === "builtin") return module.id;
  return specifiersOf(module).find((name) => resolveRequire(name, folders) === module.id);
}

function specifiersOf({ id }: LoadedModule): string[] {
  return [...exportedNames(id), belowNodeModules(id)];
}

/** Returns the path below the outermost node_modules, through which a nested copy is resolved as well. */
function belowNodeModules(file: string): string {
  const parts = path.relative(process.cwd(), file).replaceAll("\\", "/").split("/");
  return parts.slice(parts.indexOf("node_modules") + 1).join("/");
}

/** Returns the names under which the `exports` map of a file's package may export it, exact ones first. */
function exportedNames(file: string): string[] {
  const owner = packageOf(file);
  if (!owner?.manifest.exports) return [];
  const inside = `./${path.relative(owner.directory, file).replaceAll("\\", "/")}`;
  const names = Object.entries(subpathsOf(owner.manifest.exports)).flatMap(([subpath, target]) =>
    targetsOf(target).flatMap((pattern) => {
      const star = matchStar(pattern, inside);
      return star === undefined ? [] : [owner.name + subpath.slice(1).replace("*", star)];
    }),
  );
  return [...new Set(names)].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
}

/** Returns the subpaths of an `exports` map; a map without any describes the package itself. */
function subpathsOf(exports: unknown): Record<string, unknown> {
  const isMap = typeof exports === "object" && exports !== null && !Array.isArray(exports);
  return isMap && Object.keys(exports).every((key) => key.startsWith("."))
    ? (exports as Record<string, unknown>)
    : { ".": exports };
}

/** Returns the files of all conditions, because Node.js decides which condition applies. */
function targetsOf(target: unknown): string[] {
  if (typeof target === "string") return [target];
  return typeof target === "object" && target !== null
    ? Object.values(target).flatMap(targetsOf)
    : [];
}

/** Returns the text that the star of a pattern matches, "" for a pattern without one; undefined without a match. */
function matchStar(pattern: string, file: string): string | undefined {
  const [before = "", after] = pattern.split("*");
  if (after === undefined) return pattern === file ? "" : undefined;
  const isMatch = file.startsWith(before) && file.endsWith(after);
  return isMatch && file.length >= before.length + after.length
    ? file.slice(before.length, file.length - after.length)
    : undefined;
}
