import type { AnyFunction } from "../captures/closureScope";
import type { ClosureGraph } from "./closureGraph";
import { type Entry, keysOf, type ObjectEntry } from "./entries";
import { functionKeys, propertyValues } from "./properties";

/** An object below this depth gets a separate variable: literals are written and parsed recursively. */
const MAX_DEPTH = 40;

/**
 * Returns the values that need a variable: those that are referenced twice, or by something other than a plain
 * property. All others are written where they are used.
 */
export function sharedValues({ entries }: ClosureGraph): Set<unknown> {
  const reached = new Set<unknown>();
  const shared = new Set<unknown>();
  const depths = new Map<unknown, number>();
  const reach = (value: unknown): void => {
    if (reached.has(value)) shared.add(value);
    reached.add(value);
  };
  const share = (value: unknown): void => {
    if (entries.has(value)) shared.add(value);
  };
  for (const [value, entry] of entries) {
    if (entry.kind === "function") {
      for (const variable of entry.captured.values()) share(variable);
      for (const member of functionMembers(entry.value)) share(member);
    } else if (entry.kind === "output") reach(entry.value);
    else if (isObject(entry)) {
      const depth = depths.get(value) ?? 0;
      if (entry.prototypeOf) shared.add(value);
      if (entry.hasPrototype) share(Object.getPrototypeOf(entry.value));
      for (const key of keysOf(entry)) {
        const isInline = isPlain(entry, key) && (depth === 0 || depth % MAX_DEPTH > 0);
        for (const member of propertyValues(entry.value, key, entry.isModule)) {
          if (!entries.has(member)) continue;
          depths.set(member, depth + 1);
          if (isInline) reach(member);
          else share(member);
        }
      }
    }
  }
  return shared;
}

export function isObject(entry: Entry): entry is ObjectEntry {
  return entry.kind === "object" || entry.kind === "array" || entry.kind === "arguments";
}

/** Checks whether `{ key: value }` creates the property with the right flags; objects are frozen at the end. */
export function isPlain({ value, isModule }: ObjectEntry, key: PropertyKey): boolean {
  const property = Object.getOwnPropertyDescriptor(value, key);
  if (!property) return true;
  if (isModule) return key !== "__esModule";
  if (!("value" in property) || !property.enumerable) return false;
  return (property.writable === true && property.configurable === true) || Object.isFrozen(value);
}

function functionMembers(fn: AnyFunction): unknown[] {
  const members = functionKeys(fn).flatMap((key) => propertyValues(fn, key, false));
  return [...members, Object.getPrototypeOf(fn)];
}
