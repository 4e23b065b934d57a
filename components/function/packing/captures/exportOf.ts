import type { AnyFunction } from "./closureScope";
import type { LoadedModule } from "./loadedModules";

/** A module that exports a function or class, and the name that it has there. */
export interface Export {
  exported: object;
  module: LoadedModule;
  name: string;
}

type Modules = ReadonlyMap<unknown, LoadedModule>;

/** Returns the deployment library that exports a class under the class's own name. */
export function deploymentLibraryOf(fn: AnyFunction, modules: Modules): LoadedModule | undefined {
  const { name } = fn;
  for (const [exported, module] of modules) {
    if (module.kind !== "deployment" || !Object.hasOwn(exported as object, name)) continue;
    if (Reflect.get(exported as object, name) === fn) return module;
  }
  return undefined;
}

/** Returns where packages export a function or class, under any name; under its own first. */
export function packageExportsOf(fn: AnyFunction, modules: Modules): readonly Export[] {
  if (!listed.has(modules)) listExports(modules);
  const found = exportsOf.get(fn) ?? [];
  return [...found].sort((a, b) => Number(b.name === fn.name) - Number(a.name === fn.name));
}

/** Snapshots and modules whose exports are known: there are thousands of files, for every function. */
const listed = new WeakSet<object>();
const exportsOf = new WeakMap<object, Export[]>();

function listExports(modules: Modules): void {
  listed.add(modules);
  for (const [value, module] of modules) {
    if (module.kind !== "package" || listed.has(value as object)) continue;
    listed.add(value as object);
    addExports(value as object, module);
  }
}

/** With a loop, because there are tens of thousands of names. */
function addExports(exported: object, module: LoadedModule): void {
  for (const name of Object.getOwnPropertyNames(exported)) {
    const property = Object.getOwnPropertyDescriptor(exported, name);
    const value = property && exportIn(property);
    if (typeof value !== "function") continue;
    const known = exportsOf.get(value);
    if (known) known.push({ exported, module, name });
    else exportsOf.set(value, [{ exported, module, name }]);
  }
}

/** A getter that only reads a variable or a member, as compilers write it for `export { a } from "./a"`. */
const READS =
  /^(?:(?:function\s*\w*|get \w+)\s*\(\)\s*\{\s*return [\w$.]+;?\s*\}|\(\)\s*=>\s*[\w$.]+)$/;

/** Reads an export without running code of a package that does more: load a module, or print a warning. */
function exportIn({ value, get }: PropertyDescriptor): unknown {
  if (!get) return value;
  if (!READS.test(Function.prototype.toString.call(get))) return undefined;
  try {
    return get.call(undefined);
  } catch {
    // The variable has no value yet.
    return undefined;
  }
}
