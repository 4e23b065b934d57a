import * as acorn from "acorn";
import type { PluginBuild } from "esbuild";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { CaptureError } from "./captureError";
import type { RequireSite } from "./findRequires";
import { folderThatSees, isDeploymentPackage, packageOf } from "./packages";

/** A module that the text loads, with all the exports that the text uses. */
export interface Dependency {
  specifier: string;
  form: RequireSite["form"];
  /** The exports used; undefined = all. */
  names?: string[];
  /** Whether every place that loads it handles its absence. */
  isOptional: boolean;
}

/** One line of the entry of deps.js, and how index.js accesses its export. */
export interface DependencyExport {
  /** Source of this part of the entry module. */
  code: string;
  /** Source of the virtual module that the entry imports, if any. */
  facade?: string;
  /** The expression in index.js, after `require("./deps.js")`. */
  access: string;
}

/** Returns the modules that the sites load, each once, in an order that depends only on their names. */
export function dependenciesOf(sites: readonly RequireSite[]): Dependency[] {
  const found = new Map<string, Dependency>();
  for (const { specifier, form, names, isOptional } of sites) {
    const known = found.get(dependencyKey({ specifier, form }));
    const all = !names || (known && !known.names);
    found.set(dependencyKey({ specifier, form }), {
      specifier,
      form,
      names: all ? undefined : [...new Set([...(known?.names ?? []), ...names])].sort(),
      isOptional: isOptional && known?.isOptional !== false,
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
  folders: Folders,
): Promise<DependencyExport | undefined> {
  const { specifier, form, names } = dependency;
  const required = resolveRequire(specifier, folders);
  const imported = await resolveImport(build, specifier, required, folders);
  if (!required && !imported) {
    if (dependency.isOptional) return undefined;
    throw new CaptureError(
      `requires '${specifier}', which is not installed in ${folders[0]}: ` +
        "add it to the dependencies of the program",
    );
  }
  refuseDeploymentPackage(specifier, imported ?? required);
  if (imported && isEsModule(imported) && (!required || isInterchangeable(required, names))) {
    const from = JSON.stringify(imported);
    if (!names) return { code: `export * as ${id} from ${from};`, access: `.${id}` };
    return {
      code: `export * as ${id} from "${FACADE}${id}";`,
      facade: facade(from, names),
      access: `.${id}`,
    };
  }
  const from = JSON.stringify(required ?? imported);
  return form === "import"
    ? { code: `export * as ${id} from ${from};`, access: `.${id}` }
    : { code: `export const ${id} = () => require(${from});`, access: `.${id}()` };
}

/** Picks names by property access, so that a name that only the CommonJS build has is undefined, as it was there. */
function facade(from: string, names: string[]): string {
  const picks = names.map((name, i) => `const v${i} = m[${JSON.stringify(name)}];`);
  const list = names.map((name, i) => `v${i} as ${JSON.stringify(name)}`).join(", ");
  return [`import * as m from ${from};`, ...picks, `export { ${list} };`].join("\n");
}

/** Marks the virtual modules that pick the used names of a dependency. */
export const FACADE = "facade:";

/** Folders in which modules are looked up, in order: the program's own folder first. */
export type Folders = readonly [string, ...string[]];

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

/** Checks by extension, by package.json, or by the presence of import and export, like bundlers do. */
function isEsModule(file: string): boolean {
  const extension = path.extname(file);
  if (extension === ".mjs") return true;
  if (extension !== ".js") return false;
  if (packageOf(file)?.manifest.type === "module") return true;
  try {
    const program = acorn.parse(readFileSync(file, "utf8"), {
      ecmaVersion: "latest",
      sourceType: "module",
    });
    return program.body.some((statement) => /^(Import|Export)/.test(statement.type));
  } catch {
    return false;
  }
}

/**
 * Checks whether the ES module build can replace the CommonJS file: always for single names, but as a whole (or for
 * `default`) only if that file is itself such a build or only adds names to `exports`. Decided by the text alone:
 * modules that this process happens to have loaded must not change the bytes.
 */
function isInterchangeable(required: string, names: string[] | undefined): boolean {
  if (names && !names.includes("default")) return true;
  if (isEsModule(required)) return true;
  const source = readFileSync(required, "utf8");
  if (source.includes("__esModule")) return true;
  return !names && /\bexports\.[\w$]+ *=/.test(source) && !/\bmodule\.exports\b/.test(source);
}
