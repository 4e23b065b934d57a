import { dirname } from "node:path";
import { CaptureError } from "../captureError";
import { capturePath } from "./capturePath";
import type { FunctionShape } from "../captures/functionShape";
import { isLambdaGlobal } from "../captures/lambdaGlobals";
import { isImportStar } from "../captures/moduleHelpers";
import { refuseOutputMistakes } from "./outputUse";
import type { FreeVariable } from "../text/uses";
import type { AnyFunction } from "../captures/closureScope";
import { displayName, type LoadedModule } from "../captures/loadedModules";
import { LOAD_INSIDE } from "../captures/refusal";
import { refuseClass } from "./refuseClass";

/** What is known of the program that the callback belongs to. */
export interface ProgramFacts {
  modules: Map<unknown, LoadedModule>;
  /** The values of the Outputs that are known. */
  outputs: ReadonlyMap<unknown, unknown>;
  /** Whether the callback is a factory, which returns the handler. */
  isFactory: boolean;
}

type Check = (
  fn: AnyFunction,
  shape: FunctionShape,
  variables: ReadonlyMap<string, unknown>,
) => void;

/**
 * Returns a check for every function that a callback captures. It refuses problems that need both a function's text and
 * its variables to detect: a `this` of its surroundings, names that do not exist in Lambda, assignments that Lambda
 * would forget, an Output used as its value, and two modules under one name.
 */
export function portabilityCheck(callback: AnyFunction, program: ProgramFacts): Check {
  const { modules } = program;
  const requiredAs = new Map<string, LoadedModule>();
  return (fn, shape, variables) => {
    const isCallback = fn === callback;
    const where = (): string =>
      isCallback ? "" : within(capturePath(callback, fn, modules), fn.name);
    if (shape.class)
      refuseClass(fn, shape.class, modules, () => capturePath(callback, fn, modules));
    if (isCallback && shape.usesThis) throw thisError(fn.name);
    refuseEnclosingReferences(shape, where);
    refuseReplaced(fn, shape, variables, where);
    for (const [name, use] of shape.free) {
      if (name === "require" || isImportStar(name, variables.get(name))) continue;
      if (isPathOfSource(name, variables)) throw sourceFolderError(name, where());
      if (!variables.has(name)) refuseUndeclared(name, use, where);
      else if (use.assigned) throw assignmentError(name, where());
      const value = variables.get(name);
      checkOneModule(name, modules.get(value), requiredAs);
      refuseOutputMistakes(name, value, use, { ...program, variables }, where);
    }
  };
}

function within(path: string | undefined, name: string): string {
  const found = path ?? name;
  return found ? ` in '${found}'` : " in a function";
}

/** Lambda calls a handler without the object that its method belongs to. */
function thisError(name: string): CaptureError {
  return new CaptureError(
    `uses 'this', which is undefined in Lambda: write an arrow function that makes the call, ` +
      `such as (event) => service.${name || "handle"}(event)`,
  );
}

function refuseEnclosingReferences(
  { capturesThis, usesSuper, free }: FunctionShape,
  where: () => string,
): void {
  if (capturesThis) {
    throw new CaptureError(
      `uses a 'this' from outside of it${where()}: ` +
        "store the members that it needs in variables outside, and use those",
    );
  }
  if (usesSuper) {
    throw new CaptureError(
      `uses 'super'${where()}, whose object would be another in Lambda: call the function by name`,
    );
  }
  if (free.has("arguments")) {
    throw new CaptureError(
      `uses 'arguments' of the function that contains it${where()}: store it in a variable there, and use that`,
    );
  }
}

/**
 * Refuses `function f() { f(); }` after `f = wrap(f)`: the name no longer refers to the function, which its text cannot
 * express.
 */
function refuseReplaced(
  fn: AnyFunction,
  { ownName: name }: FunctionShape,
  found: ReadonlyMap<string, unknown>,
  where: () => string,
): void {
  if (name === undefined) return;
  if (!found.has(name) || found.get(name) === fn) return;
  throw new CaptureError(
    `uses function ${name}${where()}, whose name was later assigned another value: use another name`,
  );
}

function refuseUndeclared(name: string, use: FreeVariable, where: () => string): void {
  if (isLambdaGlobal(name) || (use.isOptional && !use.assigned)) return;
  if (use.assigned) {
    throw new CaptureError(
      `assigns to '${name}'${where()}, which is declared nowhere and becomes a global: ` +
        "declare it with `let`, or require a library that does this inside the callback",
    );
  }
  if (Object.hasOwn(globalThis, name)) {
    throw new CaptureError(
      `uses '${name}'${where()}, a global that this program sets and Lambda does not have: ` +
        "export it from a module and import it, or set it inside the callback",
    );
  }
  throw new CaptureError(
    `uses '${name}'${where()}, which is not declared or has no value yet: ` +
      "declare it before you pass the callback, or inside the callback",
  );
}

/** Returns whether Node.js gave the name to a file, which a variable of the program may have as well. */
function isPathOfSource(name: string, variables: ReadonlyMap<string, unknown>): boolean {
  if (name !== "__dirname" && name !== "__filename") return false;
  if (!variables.has(name)) return true;
  const value = variables.get(name);
  return Object.keys(require.cache).some((file) => value === file || value === dirname(file));
}

function sourceFolderError(name: string, where: string): CaptureError {
  return new CaptureError(
    `uses ${name}${where}, a folder that is not in Lambda: ` +
      "read the file at deployment and capture its content",
  );
}

/** In Lambda functions do not share variables, and their state ends with the execution environment. */
function assignmentError(name: string, where: string): CaptureError {
  const ofPackage = where === "" ? "" : `; if the function is a package's, ${LOAD_INSIDE}`;
  return new CaptureError(
    `assigns to the captured variable '${name}'${where}, whose value Lambda does not keep: ` +
      `keep state inside a callbackFactory, or in a table${ofPackage}`,
  );
}

/**
 * Refuses two modules under one variable name: packing determines by that name which parts of a package are used.
 * TypeScript derives the name from the last part of the module's path, so two files can use it for two modules.
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
