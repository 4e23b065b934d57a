import * as esbuild from "esbuild";
import { isBuiltin } from "node:module";
import * as path from "node:path";
import { BundleCache, type BundledDependencies, type MadeBundle } from "./bundleCache";
import { assertPortableInputs, buildError } from "./bundleErrors";
import { CaptureError } from "./captureError";
import {
  type Dependency,
  dependenciesOf,
  dependencyKey,
  exportDependency,
  type Folders,
} from "./dependencies";
import { type DependencyExport, FACADE } from "./facades";
import { environmentCredentials } from "./environmentCredentials";
import { refuseComputedNames } from "./computedNames";
import { findRequires, type RequireSite } from "./findRequires";
import { requireLikeNode } from "./requireLikeNode";

/** The files of a zip, by name. */
export type Files = Record<string, string>;

export interface BundleOptions {
  /** Folders in which packages are looked up, in order. */
  folders: Folders;
  /** "lambda": AWS credentials come from the environment. "instance": from any source that the SDK supports. */
  runsIn: "lambda" | "instance";
}

/**
 * Turns the serialized text into the files of a zip. `index.js` is the text itself, which stays readable in Lambda's
 * console and in stack traces; `deps.js` contains the used parts of npm packages, tree-shaken. The same input gives the
 * same bytes on every machine.
 */
export async function bundle(text: string, options: BundleOptions): Promise<Files> {
  refuseComputedNames(text);
  const sites = findRequires(text).filter(({ specifier }) => !isBuiltin(specifier));
  if (sites.length === 0) return { "index.js": text };
  sites.forEach(refuseLocalFile);
  const { code, exports } = await bundleOnce(dependenciesOf(sites), options);
  const index = rewrite(text, sites, exports);
  return exports.size > 0 ? { "deps.js": code, "index.js": index } : { "index.js": index };
}

/**
 * Refuses a required file path, which does not exist in Lambda. A module of the program that is imported at the top of
 * a file is captured by value instead.
 */
function refuseLocalFile({ specifier, form }: RequireSite): void {
  if (!/^\.{0,2}[\\/]/.test(specifier) && specifier !== "." && specifier !== "..") return;
  throw new CaptureError(
    `calls ${form}("${specifier}"), a file that is not in the zip: import it at the top of the file`,
  );
}

type Exports = Map<string, DependencyExport>;

const bundles = new Map<string, Promise<BundledDependencies>>();

/** Bundles the same packages once per program: deps.js contains nothing of a callback, so functions can share it. */
function bundleOnce(
  dependencies: Dependency[],
  options: BundleOptions,
): Promise<BundledDependencies> {
  const key = JSON.stringify([dependencies, options]);
  const known = bundles.get(key) ?? bundleUnlessKept(dependencies, options);
  bundles.set(key, known);
  return known;
}

async function bundleUnlessKept(
  dependencies: Dependency[],
  options: BundleOptions,
): Promise<BundledDependencies> {
  const make = () => bundleDependencies(dependencies, options);
  const cache = BundleCache.of(dependencies, options);
  return cache ? cache.get(make) : make();
}

async function bundleDependencies(
  dependencies: Dependency[],
  { folders, runsIn }: BundleOptions,
): Promise<MadeBundle> {
  const exports: Exports = new Map();
  const failures: CaptureError[] = [];
  const result = await esbuild
    .build({
      entryPoints: [ENTRY],
      outfile: path.join(folders[0], "deps.js"),
      write: false,
      metafile: true,
      bundle: true,
      minify: true,
      platform: "node",
      target: "node22",
      format: "cjs",
      legalComments: "none",
      logLevel: "silent",
      absWorkingDir: folders[0],
      // The program's own tsconfig (paths, target) does not apply to its packages.
      tsconfigRaw: "{}",
      // Only a package's ES module build can be tree-shaken.
      mainFields: ["module", "main"],
      conditions: ["module"],
      define: IMPORT_META,
      plugins: [
        entryPlugin(dependencies, folders, exports, failures),
        remember(requireLikeNode, failures),
        ...(runsIn === "lambda" ? [environmentCredentials] : []),
      ],
    })
    .catch((error: unknown) => {
      throw failures[0] ?? buildError(error, folders[0]);
    });
  assertPortableInputs(result.metafile, folders[0]);
  const [output] = result.outputFiles;
  if (!output) throw new Error("esbuild created no file");
  return { code: withFileUrl(output.text), exports, ...madeFrom(result.metafile, folders[0]) };
}

/** What the fields of `import.meta` are in CommonJS; without a definition esbuild makes them undefined. */
const IMPORT_META = {
  "import.meta.url": "__importMetaUrl",
  "import.meta.filename": "__filename",
  "import.meta.dirname": "__dirname",
};

/** Declares the URL of deps.js where a package uses it, most often for `createRequire(import.meta.url)`. */
function withFileUrl(code: string): string {
  if (!code.includes(IMPORT_META["import.meta.url"])) return code;
  return `const __importMetaUrl=require("node:url").pathToFileURL(__filename).href;${code}`;
}

/** Returns the bundled files and their imports of each other. */
function madeFrom(
  { inputs }: esbuild.Metafile,
  folder: string,
): Pick<MadeBundle, "inputs" | "imports"> {
  const onDisk = Object.entries(inputs).filter(([input]) => !input.startsWith(`${NAMESPACE}:`));
  // Thousands of imports resolve to hundreds of files, so each path is resolved once.
  const files = new Map(Object.keys(inputs).map((input) => [input, fileOf(input, folder)]));
  const file = (input: string): string => files.get(input) ?? fileOf(input, folder);
  return {
    inputs: onDisk.map(([input]) => file(input)),
    imports: onDisk.flatMap(([input, { imports }]) =>
      imports
        .filter(({ path: specifier, external }) => !(external && isBuiltin(specifier)))
        .map(({ path: found, original, external }) => ({
          importer: file(input),
          specifier: original ?? found,
          resolved: external ? undefined : file(found),
        })),
    ),
  };
}

/** Returns the file of an input, whose path may have a plugin's namespace as a prefix. */
function fileOf(input: string, folder: string): string {
  return path.resolve(folder, input.replace(/^[\w-]{2,}:/, ""));
}

/** Namespace of the modules that this plugin generates. */
const NAMESPACE = "aws-callbacks";
const ENTRY = "entry:deps";

/** Provides the generated entry module and the facades that it imports. */
function entryPlugin(
  dependencies: Dependency[],
  folders: Folders,
  exports: Exports,
  failures: CaptureError[],
): esbuild.Plugin {
  const facades = new Map<string, string>();
  const loadEntry = async (build: esbuild.PluginBuild): Promise<string> => {
    const lines: string[] = [];
    for (const [i, dependency] of dependencies.entries()) {
      const exported = await exportDependency(build, dependency, `m${i}`, folders);
      if (!exported) continue;
      exports.set(dependencyKey(dependency), exported);
      lines.push(exported.code);
      if (exported.facade) facades.set(`${FACADE}m${i}`, exported.facade);
    }
    return lines.join("\n");
  };
  const plugin: esbuild.Plugin = {
    name: "dependencies",
    setup(build) {
      const namespace = NAMESPACE;
      build.onResolve({ filter: /^(entry|facade):/ }, (args) => ({ path: args.path, namespace }));
      build.onLoad({ filter: /./, namespace }, async (args) => ({
        contents: args.path === ENTRY ? await loadEntry(build) : facades.get(args.path),
        resolveDir: folders[0],
      }));
    },
  };
  return remember(plugin, failures);
}

/** Stores the errors that a plugin throws, to rethrow them unchanged: esbuild turns them into text. */
function remember(plugin: esbuild.Plugin, failures: CaptureError[]): esbuild.Plugin {
  const keep = <Args, Result>(callback: (args: Args) => Result | Promise<Result>) => {
    return async (args: Args): Promise<Result> => {
      try {
        return await callback(args);
      } catch (error) {
        if (error instanceof CaptureError) failures.push(error);
        throw error;
      }
    };
  };
  return {
    name: plugin.name,
    setup: (build) =>
      plugin.setup({
        ...build,
        onResolve: (options, callback) => build.onResolve(options, keep(callback)),
        onLoad: (options, callback) => build.onLoad(options, keep(callback)),
      }),
  };
}

/** Replaces every require and import() in the text by the matching export of deps.js. */
function rewrite(text: string, sites: readonly RequireSite[], exports: Exports): string {
  let rewritten = "";
  let end = 0;
  for (const site of sites) {
    const exported = exports.get(dependencyKey(site));
    if (!exported) continue;
    const loaded = `require("./deps.js")${exported.access}`;
    rewritten += text.slice(end, site.start);
    rewritten += site.form === "require" ? loaded : `Promise.resolve().then(() => ${loaded})`;
    end = site.end;
  }
  return rewritten + text.slice(end);
}
