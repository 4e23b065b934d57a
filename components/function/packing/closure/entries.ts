import type { AnyFunction } from "../closureScope";
import type { LoadedModule } from "../loadedModules";
import type { FunctionShape } from "./functionShape";

/** A value that a callback takes along, and what is used of it. Primitive values have no entry. */
export type Entry =
  | { kind: "expression"; text: string }
  | ModuleEntry
  | FunctionEntry
  | ObjectEntry
  | { kind: "regexp"; value: RegExp }
  | { kind: "output"; value: unknown };

export interface ModuleEntry {
  kind: "module";
  module: LoadedModule;
  /** It is what TypeScript's `__importStar` made of the module. */
  isNamespaceCopy: boolean;
}

export interface FunctionEntry {
  kind: "function";
  value: AnyFunction;
  shape: FunctionShape;
  /** What it sees under the names that it does not declare; globals of Lambda are left out. */
  captured: ReadonlyMap<string, unknown>;
}

export interface ObjectEntry {
  kind: "object" | "array" | "arguments";
  value: object;
  /** All of it is used; otherwise `keys` are. */
  isWhole: boolean;
  keys: Set<PropertyKey>;
  /** Its prototype matters, and is an entry of its own. */
  hasPrototype: boolean;
  /** A module, or TypeScript's copy of one: accessors only read, so their values are taken. */
  isModule: boolean;
  /** It is the `prototype` that this function was born with. */
  prototypeOf?: AnyFunction;
}

/** The keys of an object that are taken along, in their own order. */
export function keysOf(entry: ObjectEntry): PropertyKey[] {
  const isList = entry.kind !== "object";
  return Reflect.ownKeys(entry.value).filter((key) => {
    if (isList && (key === "length" || key === "callee" || key === Symbol.iterator)) return false;
    return entry.isWhole || entry.keys.has(key);
  });
}
