import * as esbuild from "esbuild";
import { isBuiltin } from "node:module";
import * as path from "node:path";
import { BundleCache, type BundledDependencies, type MadeBundle } from "./bundleCache";
import { assertPortableInputs, buildError } from "./bundleErrors";
import { CaptureError } from "../captureError";
import {
  type Dependency,
  dependenciesOf,
  dependencyKey,
  type Folders,
  type Places,
} from "./dependencies";
import { ENTRY, entryPlugin, type Exports, NAMESPACE, storeErrors } from "./entryPlugin";
import { environmentCredentials } from "./environmentCredentials";
import { refuseComputedNames } from "../text/computedNames";
import { findRequires, type RequireSite } from "../text/findRequires";
import { packagesBundledTwice, packageWithoutExport } from "./requiredPackages";
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

/** @param required folders of the packages whose CommonJS build is used wherever Node.js uses it */
async function bundleDependencies(
  dependencies: Dependency[],
  options: BundleOptions,
  required: ReadonlySet<string> = new Set(),
): Promise<MadeBundle> {
  const { folders } = options;
  const again = (more: Iterable<string>): Promise<MadeBundle> =>
    bundleDependencies(dependencies, options, new Set([...required, ...more]));
  const exports: Exports = new Map();
  const failures: CaptureError[] = [];
  let result: BuildResult;
  try {
    result = await build(dependencies, { ...options, required }, exports, failures);
  } catch (error) {
    const lacking = packageWithoutExport(error, folders[0]);
    if (lacking !== undefined && !required.has(lacking)) return again([lacking]);
    throw failures[0] ?? buildError(error, folders[0]);
  }
  assertPortableInputs(result.metafile, folders[0]);
  const twice = packagesBundledTwice(result.metafile, folders[0]);
  if ([...twice].some((directory) => !required.has(directory))) return again(twice);
  const [output] = result.outputFiles;
  if (!output) throw new Error("esbuild created no file");
  return { code: withFileUrl(output.text), exports, ...madeFrom(result.metafile, folders[0]) };
}

type BuildResult = esbuild.BuildResult<{ write: false; metafile: true }>;

function build(
  dependencies: Dependency[],
  { folders, required, runsIn }: BundleOptions & Places,
  exports: Exports,
  failures: CaptureError[],
): Promise<BuildResult> {
  return esbuild.build({
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
      entryPlugin(dependencies, { folders, required }, exports, failures),
      storeErrors(requireLikeNode(required), failures),
      ...(runsIn === "lambda" ? [environmentCredentials] : []),
    ],
  });
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
