import { detectNode } from "./detectNode";
import { detectPython } from "./detectPython";
import { foreignSettings } from "./foreignSettings";
import { checkFolders } from "./folders";
import { manifestProblem, readManifest } from "./manifest";
import type { Accepted, AppKind, AppManifest, Contents, ToBuild } from "./model";
import { checkNatives } from "./natives";
import { rejection, shown } from "./reject";
import { endOfRuntime, isNodeRuntime } from "./runtimes";

export const deploymentOnlyModule = true;

/** Result of the detection for one language. */
export interface Detected {
  readonly kind: AppKind;
  readonly runtime: string;
  readonly handler: string;
  readonly notes: readonly string[];
}

/** Checks for the few files that describe an app, and that are kept while the archive is read. */
export function describesApp(name: string): boolean {
  return (
    /^(lambda\.json|package\.json|requirements\.txt|\.python-version|\.chalice\/config\.json|zappa_settings\.json)$/.test(
      name,
    ) || /^[^/]+\.dist-info\/WHEEL$/.test(name)
  );
}

/**
 * Detects the function that the files of an archive define, or will define after a build. Throws the rejection when
 * there is none.
 */
export async function detectApp(
  contents: Contents,
  settings: AppManifest,
  { now, isBuilt }: { readonly now: number; readonly isBuilt: boolean },
): Promise<Accepted | ToBuild> {
  checkFolders([...contents.files.keys()]);
  const foreign = foreignSettings(contents);
  const manifest = merge(
    foreign.manifest,
    readManifest(contents.files.get("lambda.json")?.text),
    settings,
  );
  checkSettings(manifest);
  const seen = {
    accepted: true,
    manifest,
    entries: contents.files.size,
    unzippedBytes: contents.unzippedBytes,
  } as const;
  if (manifest.build && !isBuilt)
    return { ...seen, commands: manifest.build, notes: foreign.notes };
  const found = await detectLanguage(contents, manifest);
  checkRuntime(found.runtime, now);
  const architecture = checkNatives(contents.files, manifest.architecture);
  return {
    ...seen,
    kind: found.kind,
    runtime: found.runtime,
    handler: found.handler,
    ...(architecture === undefined ? {} : { architecture }),
    notes: [...foreign.notes, ...found.notes],
  };
}

/** Later manifests win key by key, and variable by variable. */
function merge(...manifests: readonly AppManifest[]): AppManifest {
  const merged = Object.assign({}, ...manifests) as AppManifest;
  const environment = Object.assign(
    {},
    ...manifests.map((one) => one.environment ?? {}),
  ) as NonNullable<AppManifest["environment"]>;
  return Object.keys(environment).length === 0 ? merged : { ...merged, environment };
}

function checkSettings(manifest: AppManifest): void {
  const problem = manifestProblem(manifest);
  if (problem !== undefined)
    throw rejection(
      "badManifest",
      `the app's settings: ${problem}`,
      "fix them where they are written",
    );
}

async function detectLanguage(contents: Contents, manifest: AppManifest): Promise<Detected> {
  const language = statedLanguage(contents, manifest);
  if (language === "node") return detectNode(contents, manifest);
  if (language === "python") return detectPython(contents, manifest);
  throw noHandler(contents);
}

/** Determines the language from the runtime, the handler's file, or the present files. */
function statedLanguage(contents: Contents, manifest: AppManifest): "node" | "python" | undefined {
  const { runtime, handler } = manifest;
  if (runtime !== undefined) return isNodeRuntime(runtime) ? "node" : "python";
  const has = (pattern: RegExp): boolean =>
    [...contents.files.keys()].some((name) => pattern.test(name));
  if (handler !== undefined) {
    const file = handler.slice(0, handler.lastIndexOf("."));
    return contents.files.has(`${file.replaceAll(".", "/")}.py`) ? "python" : "node";
  }
  const python = has(/^(lambda_function|zappa_settings)\.py$|^\.chalice\/config\.json$/);
  const node = has(/^index\.([cm]?js|ts)$/) || contents.files.has("package.json");
  if (python && node && has(/^index\.[cm]?js$/))
    throw rejection(
      "noHandler",
      "the archive has a Node.js and a Python app at its root",
      'say which one runs in lambda.json: { "handler": "index.handler" }',
    );
  if (python) return "python";
  if (node) return "node";
  if (has(/^[^/]+\.py$/)) return "python";
  return has(/^[^/]+\.([cm]?js|ts)$/) ? "node" : undefined;
}

function noHandler(contents: Contents): Error {
  const names = [...contents.files.keys()].filter((name) => !name.includes("/"));
  return rejection(
    "noHandler",
    `nothing at the root of the archive can run; it has ${names.length === 0 ? "folders only" : names.slice(0, 5).map(shown).join(", ")}`,
    "put index.js (exports.handler) or lambda_function.py (lambda_handler) at the root, or name the handler in lambda.json",
  );
}

function checkRuntime(runtime: string, now: number): void {
  const end = endOfRuntime(runtime);
  if (end === undefined)
    throw rejection(
      "runtimeUnsupported",
      `the runtime '${shown(runtime)}' is not known`,
      "name one such as nodejs24.x or python3.13",
    );
  if (now >= Date.parse(end))
    throw rejection(
      "runtimeEnded",
      `Lambda's support of ${runtime} ended on ${end}`,
      "name a newer runtime in lambda.json, and try the app with it",
    );
}
