import { types } from "node:util";
import { CaptureError } from "./captureError";
import { capturePath } from "./capturePath";
import { type AnyFunction, capturedVariables } from "./closureScope";
import { type FreeVariable, freeVariables } from "./freeVariables";
import { displayName, type LoadedModule } from "./loadedModules";
import { isClass, isNative, sourceOf } from "./refusal";

/**
 * A check for every function that a callback takes along, before it is serialized: it refuses what only a function's
 * text and its variables show together. These are assignments that Lambda would forget, the folder of the source
 * file, promises, and two modules that Pulumi's serializer would load under one name.
 */
export function portabilityCheck(
  callback: AnyFunction,
  modules: Map<unknown, LoadedModule>,
): (fn: AnyFunction) => void {
  const requiredAs = new Map<string, LoadedModule>();
  const checked = new Set<AnyFunction>();
  return (fn) => {
    if (checked.has(fn) || isNative(fn) || isClass(fn)) return;
    checked.add(fn);
    const where = (): string | undefined =>
      fn === callback ? undefined : capturePath(callback, fn, modules);
    const free = freeVariables(sourceOf(fn)) ?? new Map<string, FreeVariable>();
    const values = capturedVariables(
      fn,
      [...free.keys()].filter((name) => !isGlobal(name)),
    );
    for (const [name, { assigned }] of free) {
      if (isSourceFolder(name)) throw sourceFolderError(name, where());
      if (isGlobal(name)) continue;
      if (assigned) throw assignmentError(name, where());
      const value = values.get(name);
      if (types.isPromise(value)) throw promiseError(name, where());
      checkOneModule(name, modules.get(value), requiredAs);
    }
  };
}

function isSourceFolder(name: string): boolean {
  return name === "__dirname" || name === "__filename";
}

/** The serializer leaves globals and `require` as they are: they mean the Lambda's own. */
function isGlobal(name: string): boolean {
  return name === "require" || (name !== "crypto" && Object.hasOwn(globalThis, name));
}

function sourceFolderError(name: string, where: string | undefined): CaptureError {
  return new CaptureError(
    `uses ${name}${within(where)}, a folder that is not in Lambda: ` +
      "read the file at deployment and capture its content",
  );
}

/** Each call runs in a fresh copy of the captured scope: what a call assigns, the next one does not see. */
function assignmentError(name: string, where: string | undefined): CaptureError {
  return new CaptureError(
    `assigns to the captured variable '${name}'${within(where)}, which Lambda resets on every call: ` +
      "keep state inside a callbackFactory, or in a table",
  );
}

/** The serializer awaits it, for ever if it must, and writes its value in its place: no longer a promise. */
function promiseError(name: string, where: string | undefined): CaptureError {
  return new CaptureError(
    `captures a Promise as '${where ? `${where} > ` : ""}${name}': ` +
      "await it before and capture the value, or make it inside the callback",
  );
}

/**
 * The serializer writes `const promises_1 = require(...)` once per *name*. TypeScript makes that name from the last
 * part of the module's path, so two files can mean two modules by it; the second would get the first.
 */
function checkOneModule(
  name: string,
  module: LoadedModule | undefined,
  requiredAs: Map<string, LoadedModule>,
): void {
  if (!module || (module.kind !== "builtin" && module.kind !== "package")) return;
  const first = requiredAs.get(name) ?? module;
  requiredAs.set(name, first);
  if (first.id === module.id) return;
  throw new CaptureError(
    `uses two modules under the one name '${name}' (${displayName(first)} and ` +
      `${displayName(module)}), of which only one would be loaded: import one of them as ` +
      `\`import name = require("${displayName(module)}")\`, or require it inside the callback`,
  );
}

function within(where: string | undefined): string {
  return where ? ` in '${where}'` : "";
}
