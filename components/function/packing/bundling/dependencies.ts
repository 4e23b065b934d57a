import type { PluginBuild } from "esbuild";
import { createRequire } from "node:module";
import * as path from "node:path";
import { CaptureError } from "../captureError";
import {
  type DependencyExport,
  exportFacade,
  pickAll,
  pickFromCommonJs,
  pickNames,
} from "./facades";
import type { RequireSite } from "../text/findRequires";
import { resolveLikeImport } from "./importLikeNode";
import { hasDefault, hasEffects, isEsModule, isInterchangeable } from "./moduleFiles";
import { folderThatSees, isDeploymentPackage, packageOf } from "./packages";

/** A module that the text loads, with all the exports that the text uses. */
export interface Dependency {
  specifier: string;
  form: RequireSite["form"];
  /** The exports used; undefined = all. */
  names?: string[];
  /** Whether every place that loads it handles its absence. */
  isOptional: boolean;
  /** Whether only functions load it, so that it is not loaded with the text. */
  isDeferred: boolean;
}

/** Returns the modules that the sites load, each once, in an order that depends only on their names. */
export function dependenciesOf(sites: readonly RequireSite[]): Dependency[] {
  const found = new Map<string, Dependency>();
  for (const { specifier, form, names, isOptional, isDeferred } of sites) {
    const known = found.get(dependencyKey({ specifier, form }));
    const all = !names || (known && !known.names);
    found.set(dependencyKey({ specifier, form }), {
      specifier,
      form,
      names: all ? undefined : [...new Set([...(known?.names ?? []), ...names])].sort(),
      isOptional: isOptional && known?.isOptional !== false,
      isDeferred: isDeferred && known?.isDeferred !== false,
    });
  }
  return [...found.keys()].sort().map((key) => found.get(key) as Dependency);
}

export function dependencyKey({ specifier, form }: Pick<Dependency, "specifier" | "form">): string {
  return `${specifier} ${form}`;
}

/**
 * Returns how to export one dependency. The ES module build is used where it means the same as the module that the text
 * loads, because only that can be tree-shaken. A CommonJS module is included whole, behind a function, so that it is
 * loaded where the text loads it, and `this`, `module.exports = fn` and throwing at load keep their meaning. Undefined
 * for an optional dependency that is not installed.
 */
export async function exportDependency(
  build: PluginBuild,
  dependency: Dependency,
  id: string,
  places: Places,
): Promise<DependencyExport | undefined> {
  const { specifier, form } = dependency;
  const { folders } = places;
  const required = resolveRequire(specifier, folders);
  const imported = isIn(places.required, required)
    ? undefined
    : await resolveImport(build, specifier, required, folders);
  if (!required && !imported) {
    if (dependency.isOptional) return undefined;
    throw new CaptureError(
      `requires '${specifier}', which is not installed in ${folders[0]}: ` +
        "add it to the dependencies of the program",
    );
  }
  refuseDeploymentPackage(specifier, imported ?? required);
  return form === "import"
    ? exportImported(dependency, id, { required, imported }, folders)
    : exportRequired(dependency, id, { required, imported });
}

/** The files that Node.js's `require` and a bundler would use for a module; one of them exists. */
interface Found {
  required?: string;
  imported?: string;
}

function exportRequired(
  { names, isDeferred }: Dependency,
  id: string,
  { required, imported }: Found,
): DependencyExport {
  if (!imported || !isEsModule(imported) || (required && !isInterchangeable(required, names))) {
    const from = JSON.stringify(required ?? imported);
    return { code: `export const ${id} = () => require(${from});`, access: `.${id}()` };
  }
  if (names) {
    return exportFacade(id, pickNames(imported, names, false), isDeferred && hasEffects(imported));
  }
  const from = JSON.stringify(imported);
  return isDeferred && hasEffects(imported)
    ? {
        code: `let o${id}; export const ${id} = () => (o${id} ??= require(${from}));`,
        access: `.${id}()`,
      }
    : { code: `export * as ${id} from ${from};`, access: `.${id}` };
}

/**
 * Exports what `import()` gives in Node.js. A bundler's ES module build replaces a CommonJS file only where that makes
 * no difference, because `default` is another value there.
 */
function exportImported(
  { specifier, names, isDeferred }: Dependency,
  id: string,
  { required, imported }: Found,
  folders: Folders,
): DependencyExport {
  const pick = (file: string, addsDefault: boolean): DependencyExport => {
    const facade = names ? pickNames(file, names, addsDefault) : pickAll(file, addsDefault);
    return exportFacade(id, facade, isDeferred && hasEffects(file));
  };
  const loaded = resolveLikeImport(specifier, folders) ?? required;
  if (!loaded || isEsModule(loaded)) return pick(loaded ?? imported ?? specifier, false);
  const usesDefault = !names || names.includes("default");
  const isReplaced =
    imported !== undefined && isEsModule(imported) && isInterchangeable(loaded, names);
  if (isReplaced && !(usesDefault && hasDefault(imported))) return pick(imported, usesDefault);
  return exportFacade(id, pickFromCommonJs(loaded), true);
}

/** Folders in which modules are looked up, in order: the program's own folder first. */
export type Folders = readonly [string, ...string[]];

/** Where modules are looked up, and the folders of the packages that are only required. */
export interface Places {
  readonly folders: Folders;
  readonly required: ReadonlySet<string>;
}

function isIn(packages: ReadonlySet<string>, file: string | undefined): boolean {
  const owner = file === undefined || packages.size === 0 ? undefined : packageOf(file);
  return owner !== undefined && packages.has(owner.directory);
}

/** Returns the file that Node.js loads when a file of these folders requires the module. */
export function resolveRequire(specifier: string, folders: readonly string[]): string | undefined {
  for (const folder of folders) {
    try {
      return createRequire(path.join(folder, "index.js")).resolve(specifier);
    } catch {
      continue;
    }
  }
  return undefined;
}

/**
 * Returns the file that a bundler would use for the same module. Pulumi's serializer names the loaded CommonJS file;
 * given the package's name, esbuild finds the ES module build.
 */
async function resolveImport(
  build: PluginBuild,
  specifier: string,
  required: string | undefined,
  folders: Folders,
): Promise<string | undefined> {
  if (!required) return resolveWithin(build, specifier, folders[0]);
  const owner = packageOf(required);
  const folder = owner && folderThatSees(owner);
  if (!owner || !folder) return required;
  const request = [owner.name, specifier].find((r) => resolveRequire(r, [folder]) === required);
  return request ? resolveWithin(build, request, folder) : required;
}

async function resolveWithin(
  build: PluginBuild,
  specifier: string,
  resolveDir: string,
): Promise<string | undefined> {
  const found = await build.resolve(specifier, { resolveDir, kind: "import-statement" });
  return found.errors.length > 0 || found.external ? undefined : found.path;
}

function refuseDeploymentPackage(specifier: string, file: string | undefined): void {
  const owner = file ? packageOf(file) : undefined;
  if (!owner || !isDeploymentPackage(owner)) return;
  throw new CaptureError(
    `requires '${specifier}' of ${owner.name}, a deployment library that cannot run in Lambda: ` +
      "compute the value outside and capture the result",
  );
}
