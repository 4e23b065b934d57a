import { builtinModules } from "node:module";
import * as path from "node:path";

/** A module object that a callback captures: what it is replaced by in the zip. */
export interface LoadedModule {
  /** builtin and package: a `require`; local: its used members, by value; deployment: refused. */
  kind: "builtin" | "package" | "local" | "deployment";
  /** The builtin's name, or the absolute file name. */
  id: string;
}

/** Returns every module object of this process, by identity, for the serializer. */
export function loadedModules(): Map<unknown, LoadedModule> {
  const modules = new Map<unknown, LoadedModule>((builtins ??= collectBuiltins()));
  // There are thousands of files, for every callback: a list of them would be slow.
  for (const file in require.cache) {
    const exported: unknown = require.cache[file]?.exports;
    if (isModuleObject(exported) && !modules.has(exported)) {
      modules.set(exported, { kind: moduleKind(file, exported), id: file });
    }
  }
  return modules;
}

let builtins: ReadonlyMap<unknown, LoadedModule> | undefined;

function collectBuiltins(): Map<unknown, LoadedModule> {
  const modules = new Map<unknown, LoadedModule>();
  for (const id of builtinModules) {
    if (!id.startsWith("_") && !DEPRECATED.has(id)) {
      modules.set(process.getBuiltinModule(id), { kind: "builtin", id });
    }
  }
  return modules;
}

/** Returns the functions that Node.js's own modules export, by identity, as `fs.readFile`: they cannot be copied. */
export function builtinFunctions(): ReadonlyMap<unknown, string> {
  return (functionsOfNode ??= collectFunctions((builtins ??= collectBuiltins())));
}

let functionsOfNode: ReadonlyMap<unknown, string> | undefined;

function collectFunctions(modules: ReadonlyMap<unknown, LoadedModule>): Map<unknown, string> {
  const functions = new Map<unknown, string>();
  for (const [module, { id }] of modules) {
    if (typeof module === "function") functions.set(module, id);
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(module))) {
      const { value } = property as { value?: unknown };
      if (typeof value === "function") functions.set(value, `${id}.${name}`);
    }
  }
  return functions;
}

/**
 * Returns how a message names a module: a package by its path below node_modules, a local file by its relative path.
 */
export function displayName(module: LoadedModule): string {
  const file = module.id.replaceAll("\\", "/");
  const below = file.lastIndexOf(NODE_MODULES);
  if (module.kind === "builtin") return file;
  if (below >= 0) return file.slice(below + NODE_MODULES.length);
  return path.relative(process.cwd(), module.id).replaceAll("\\", "/");
}

const NODE_MODULES = "/node_modules/";

/** Loading these prints a deprecation warning; nothing that runs on Node.js 22 should need them. */
const DEPRECATED = new Set(["punycode", "sys", "wasi"]);

function isModuleObject(exported: unknown): exported is object {
  return (typeof exported === "object" && exported !== null) || typeof exported === "function";
}

function moduleKind(file: string, exported: object): LoadedModule["kind"] {
  const kind = kindOfFile(file);
  // Pulumi captures such a module by value, wherever it is installed.
  const isByValue = kind === "package" && Reflect.get(exported, "deploymentOnlyModule") === true;
  return isByValue ? "local" : kind;
}

const kinds = new Map<string, LoadedModule["kind"]>();
let kindsIn = "";

/** Decides by the path from the program's folder, which is fast: every callback asks for thousands of files. */
function kindOfFile(file: string): LoadedModule["kind"] {
  const folder = process.cwd();
  if (folder !== kindsIn) kinds.clear();
  kindsIn = folder;
  const known = kinds.get(file);
  if (known) return known;
  const normalized = path.relative(folder, file).replaceAll("\\", "/");
  const kind = !`/${normalized}`.includes(NODE_MODULES)
    ? "local"
    : normalized.includes("node_modules/@pulumi/")
      ? "deployment"
      : "package";
  kinds.set(file, kind);
  return kind;
}
