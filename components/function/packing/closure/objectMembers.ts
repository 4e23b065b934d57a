import type { AnyFunction } from "../captures/closureScope";
import type { Chain } from "../text/uses";
import { isNative } from "../captures/refusal";
import { keysOf, type ObjectEntry } from "./entries";
import { functionShape } from "../captures/functionShape";
import { holderOf, isAccessor, propertyValues } from "./properties";

/** A value, and the chain by which code uses it. */
export interface Wanted {
  value: unknown;
  chain: Chain;
}

export const WHOLE: Chain = { names: [], invoked: false };

/** Marks all of an object as used, and tells what that needs. */
export function allMembersWanted(entry: ObjectEntry): Wanted[] {
  if (entry.isWhole) return [];
  entry.isWhole = true;
  const wanted: Wanted[] = [];
  for (const key of keysOf(entry)) {
    wanted.push({ value: key, chain: WHOLE });
    for (const value of propertyValues(entry.value, key, entry.isModule)) {
      wanted.push({ value, chain: WHOLE });
    }
  }
  const prototype: unknown = Object.getPrototypeOf(entry.value);
  const plain = entry.kind === "array" ? Array.prototype : Object.prototype;
  if (prototype !== plain) {
    entry.hasPrototype = true;
    wanted.push({ value: prototype, chain: WHOLE });
  }
  return wanted;
}

/**
 * Marks the members of an object that a chain uses, and returns the values that these need. A method or an accessor
 * that uses `this` may read the whole object.
 */
export function membersWanted(entry: ObjectEntry, chain: Chain): Wanted[] {
  const [name = "", ...names] = chain.names;
  if (!Object.hasOwn(entry.value, name)) return inheritedWanted(entry, chain);
  entry.keys.add(name);
  const values = propertyValues(entry.value, name, entry.isModule);
  const runsHere = !entry.isModule && isAccessor(entry.value, name);
  const isCalled = names.length === 0 && chain.invoked;
  if ((isCalled || runsHere) && values.some(usesThis)) return allMembersWanted(entry);
  const rest = runsHere ? WHOLE : { names, invoked: chain.invoked };
  return values.map((value) => ({ value, chain: rest }));
}

function inheritedWanted(entry: ObjectEntry, chain: Chain): Wanted[] {
  const [name = "", ...names] = chain.names;
  const prototype = Object.getPrototypeOf(entry.value) as object | null;
  const holder = holderOf(prototype, name);
  if (!prototype || !holder) return [];
  const isCalled = names.length === 0 && chain.invoked;
  const values = propertyValues(holder, name, false);
  // Inherited native methods such as `hasOwnProperty` work on the object as well.
  if (isAccessor(holder, name) || (isCalled && values.some((v) => usesThis(v) || isNativeOne(v)))) {
    return allMembersWanted(entry);
  }
  if (prototype === Object.prototype) return [];
  entry.hasPrototype = true;
  return [{ value: prototype, chain }];
}

function usesThis(value: unknown): boolean {
  if (typeof value !== "function" || isNative(value as AnyFunction)) return false;
  return functionShape(value as AnyFunction)?.usesThis === true;
}

function isNativeOne(value: unknown): boolean {
  return typeof value === "function" && isNative(value as AnyFunction);
}
