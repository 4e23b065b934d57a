import type { AnyFunction } from "../captures/closureScope";
import type { LoadedModule } from "../captures/loadedModules";
import type { FunctionShape } from "../captures/functionShape";

/** A value that is packed with a callback, and which parts of it are used. Primitive values have no entry. */
export type Entry =
  | { kind: "expression"; text: string }
  | ModuleEntry
  | FunctionEntry
  /** A class that a module of Node.js or a package exports. */
  | { kind: "export"; exported: object; name: string }
  | ObjectEntry
  | { kind: "regexp"; value: RegExp }
  | { kind: "output"; value: unknown };

export interface ModuleEntry {
  kind: "module";
  module: LoadedModule;
  /** Whether it is the copy that TypeScript's `__importStar` made of the module. */
  isNamespaceCopy: boolean;
}

export interface FunctionEntry {
  kind: "function";
  value: AnyFunction;
  shape: FunctionShape;
  /** The values of the names that it uses but does not declare; globals of Lambda are left out. */
  captured: ReadonlyMap<string, unknown>;
}

export interface ObjectEntry {
  kind: "object" | "array" | "arguments";
  value: object;
  /** Whether all of it is used; otherwise only `keys` are. */
  isWhole: boolean;
  keys: Set<PropertyKey>;
  /** Whether its prototype is needed; the prototype then has its own entry. */
  hasPrototype: boolean;
  /**
   * Whether it is a module, or TypeScript's copy of one: its getters have no side effects, so their values are used.
   */
  isModule: boolean;
  /** Set if it is the original `prototype` object of this function. */
  prototypeOf?: AnyFunction;
}

/** Returns the keys of an object that are packed, in their own order. */
export function keysOf(entry: ObjectEntry): PropertyKey[] {
  const isList = entry.kind !== "object";
  return Reflect.ownKeys(entry.value).filter((key) => {
    if (isList && (key === "length" || key === "callee" || key === Symbol.iterator)) return false;
    return entry.isWhole || entry.keys.has(key);
  });
}
