import { builtinModules } from "node:module";
import type { Detected } from "./detectApp";
import type { AppManifest, Contents } from "./model";
import { rejection, shown } from "./reject";
import { endOfRuntime, isNodeRuntime, NEWEST_NODE } from "./runtimes";

export const deploymentOnlyModule = true;

const EXTENSIONS = [".js", ".mjs", ".cjs"];

interface Package {
  readonly main?: string;
  readonly type?: string;
  readonly engine?: string;
  readonly dependencies: readonly string[];
}

/** Detects a Node.js app, and checks that its handler exists, is exported and finds its imports. */
export async function detectNode(contents: Contents, manifest: AppManifest): Promise<Detected> {
  const pack = readPackage(contents);
  const handler = manifest.handler ?? defaultHandler(contents, pack);
  const file = handlerFile(contents, handler);
  const text = (await contents.readText(file)) ?? "";
  checkExport(file, handler.slice(handler.lastIndexOf(".") + 1), text);
  checkModuleForm(file, text, pack);
  if (manifest.layers === undefined) checkImports(contents, file, text, pack);
  return { kind: "node", runtime: manifest.runtime ?? runtimeOf(pack), handler, notes: [] };
}

function readPackage(contents: Contents): Package {
  const text = contents.files.get("package.json")?.text;
  if (text === undefined) return { dependencies: [] };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw rejection(
      "badManifest",
      "package.json is no JSON: Node.js would not start",
      "fix package.json",
    );
  }
  const { main, type, engines, dependencies } = (value ?? {}) as Record<string, unknown>;
  const engine = (engines as { node?: unknown } | undefined)?.node;
  return {
    ...(typeof main === "string" ? { main } : {}),
    ...(typeof type === "string" ? { type } : {}),
    ...(typeof engine === "string" ? { engine } : {}),
    dependencies: typeof dependencies === "object" ? Object.keys(dependencies ?? {}) : [],
  };
}

function defaultHandler(contents: Contents, { main }: Package): string {
  for (const extension of EXTENSIONS)
    if (contents.files.has(`index${extension}`)) return "index.handler";
  const file = main?.replace(/^\.\//, "");
  if (file !== undefined && contents.files.has(file))
    return `${file.replace(/\.[cm]?js$/, "")}.handler`;
  if (
    [...contents.files.keys()].some(
      (name) => /^(src\/)?[^/]+\.ts$/.test(name) && !name.endsWith(".d.ts"),
    )
  )
    throw rejection(
      "notCompiled",
      "the archive has TypeScript and no JavaScript to run",
      "compile first: npx esbuild index.ts --bundle --platform=node --outfile=build/index.js, then zip build/",
    );
  throw rejection(
    "noHandler",
    file === undefined
      ? "there is no index.js at the root"
      : `package.json's main '${shown(file)}' is not in the archive`,
    'put index.js with exports.handler at the root, or name it in lambda.json: { "handler": "file.export" }',
  );
}

function handlerFile(contents: Contents, handler: string): string {
  const path = handler.slice(0, handler.lastIndexOf("."));
  const found = EXTENSIONS.map((extension) => `${path}${extension}`).find((name) =>
    contents.files.has(name),
  );
  if (found !== undefined) return found;
  const near = [...contents.files.keys()].find((name) =>
    EXTENSIONS.some((end) => name.endsWith(`${path.split("/").at(-1) ?? ""}${end}`)),
  );
  throw rejection(
    "handlerNotFound",
    `the handler is '${shown(handler)}', and the archive has no ${shown(path)}.js, .mjs or .cjs`,
    near === undefined
      ? "name the file that is there in lambda.json"
      : `did you mean '${shown(near.replace(/\.[cm]?js$/, ""))}.${shown(handler.slice(handler.lastIndexOf(".") + 1))}'?`,
  );
}

/** Refuses a file that does not contain the exported name, unless the file re-exports from another one. */
function checkExport(file: string, name: string, text: string): void {
  const mentions = new RegExp(`(^|[^\\w$])${name.replace(/[^\w]/g, "\\$&")}([^\\w$]|$)`).test(text);
  const handsOn =
    /module\.exports\s*=\s*(require|import)|export\s*\*\s*from|__exportStar|__reExport/.test(text);
  if (!mentions && !handsOn)
    throw rejection(
      "handlerNotFound",
      `${shown(file)} exports no '${shown(name)}'`,
      `write exports.${shown(name)} = async (event) => ... there, or name the export that is there in lambda.json`,
    );
}

function checkModuleForm(file: string, text: string, { type }: Package): void {
  const isModule = file.endsWith(".mjs") || (file.endsWith(".js") && type === "module");
  const commonJs = /^\s*(module\.)?exports(\.\w+)?\s*=/m.test(text);
  const esm = /^\s*(export|import)\b/m.test(text);
  if (isModule && commonJs && !esm)
    throw rejection(
      "handlerNotFound",
      `${shown(file)} is an ES module and writes exports, which is not defined there`,
      'write export const handler = ..., or leave "type": "module" out of package.json',
    );
}

/**
 * Checks what the handler's file imports by name: packages of package.json must be in the archive. A bundle has no
 * imports left.
 */
function checkImports(contents: Contents, file: string, text: string, pack: Package): void {
  const names = [...contents.files.keys()];
  for (const dependency of imported(text)) {
    if (!pack.dependencies.includes(dependency) || isThere(dependency, names)) continue;
    throw rejection(
      "missingDependency",
      `${shown(file)} imports '${shown(dependency)}', and the archive has no node_modules/${shown(dependency)}`,
      "run npm ci --omit=dev before zipping, or bundle with esbuild",
    );
  }
}

function imported(text: string): string[] {
  const specs = [
    ...text.matchAll(/(?:\brequire\s*\(\s*|\bfrom\s*|\bimport\s*\(?\s*)["']([^"'.][^"']*)["']/g),
  ];
  return specs.flatMap(([, spec = ""]) => {
    const name = spec.startsWith("@")
      ? spec.split("/").slice(0, 2).join("/")
      : (spec.split("/")[0] ?? "");
    return isProvided(name) ? [] : [name];
  });
}

/**
 * Checks for modules that Node.js and Lambda's runtimes provide.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
 */
function isProvided(name: string): boolean {
  return (
    name.startsWith("node:") || builtinModules.includes(name) || /^@(aws-sdk|smithy)\//.test(name)
  );
}

function isThere(dependency: string, names: readonly string[]): boolean {
  return names.some((name) => name.startsWith(`node_modules/${dependency}/`));
}

/** Returns the runtime for the major version of package.json, if that version is still supported. */
function runtimeOf({ engine }: Package): string {
  const major = /^\s*[~^v=]*\s*(\d+)(\.|\s*$)/.exec(engine ?? "")?.[1];
  const runtime = `nodejs${major ?? ""}.x`;
  return isNodeRuntime(runtime) && endOfRuntime(runtime) !== undefined ? runtime : NEWEST_NODE;
}
