import type { AnyFunction } from "../closureScope";
import { isNative } from "../refusal";
import { wellKnown } from "./wellKnown";

/** The value of a property or, where they do more than to read a module, its accessors. */
export function propertyValues(object: object, key: PropertyKey, isModule: boolean): unknown[] {
  const property = Object.getOwnPropertyDescriptor(object, key);
  if (!property) return [];
  if ("value" in property) return [property.value];
  if (isModule) return [Reflect.get(object, key)];
  return [property.get, property.set].filter((accessor) => accessor !== undefined);
}

export function isAccessor(object: object, key: PropertyKey): boolean {
  const property = Object.getOwnPropertyDescriptor(object, key);
  return property !== undefined && !("value" in property);
}

/** The properties that the text of a function does not bring along by itself. */
export function functionKeys(fn: AnyFunction): PropertyKey[] {
  return Reflect.ownKeys(fn).filter((key) => {
    if (key === "length" || key === "name" || key === "arguments" || key === "caller") return false;
    return key !== "prototype" || !isBornPrototype(fn);
  });
}

/** `fn.prototype` is as the function was born: nothing was added. */
function isBornPrototype(fn: AnyFunction): boolean {
  const prototype: unknown = fn.prototype;
  if (typeof prototype !== "object" || prototype === null) return false;
  const keys = Reflect.ownKeys(prototype);
  const above: unknown = Object.getPrototypeOf(prototype);
  // That of a generator is empty, below one that no global leads to.
  if (keys.length === 0) return wellKnown(above)?.startsWith("Object.getPrototypeOf(") === true;
  const isOwner = keys.length === 1 && Reflect.get(prototype, "constructor") === fn;
  return isOwner && keys[0] === "constructor" && above === Object.prototype;
}

/** The function whose `prototype` this object is. */
export function ownerOfPrototype(value: object): AnyFunction | undefined {
  const owner: unknown = Object.getOwnPropertyDescriptor(value, "constructor")?.value;
  if (typeof owner !== "function") return undefined;
  const fn = owner as AnyFunction;
  return !isNative(fn) && fn.prototype === value ? fn : undefined;
}

/** The object of a prototype chain that has the property itself. */
export function holderOf(object: object | null, key: PropertyKey): object | undefined {
  for (let at = object; at; at = Object.getPrototypeOf(at) as object | null) {
    if (Object.hasOwn(at, key)) return at;
  }
  return undefined;
}
