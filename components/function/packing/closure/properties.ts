import type { AnyFunction } from "../captures/closureScope";
import { isNative } from "../captures/refusal";
import { type ClassShape, isOfText } from "../captures/classShape";
import { functionShape } from "../captures/functionShape";
import { wellKnown } from "../captures/wellKnown";

/** Returns the value of a property, or its accessors if these may do more than read from a module. */
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

/** Returns the properties of a function that its text does not create. */
export function functionKeys(fn: AnyFunction): PropertyKey[] {
  const shape = isNative(fn) ? undefined : functionShape(fn)?.class;
  if (shape) return Reflect.ownKeys(fn).filter((key) => isAdded(fn, shape, key));
  return Reflect.ownKeys(fn).filter((key) => {
    if (key === "length" || key === "name" || key === "arguments" || key === "caller") return false;
    return key !== "prototype" || !isOriginalPrototype(fn);
  });
}

/** Checks whether a class has a property that its written text does not give it: a static field, or a later one. */
function isAdded(fn: AnyFunction, shape: ClassShape, key: PropertyKey): boolean {
  if (key === "prototype" || isOfText(shape, fn, key)) return false;
  // The number of parameters is read-only; a static field is not.
  if (key === "length") return Object.getOwnPropertyDescriptor(fn, key)?.writable === true;
  // An anonymous class gets its name from its place.
  return key !== "name" || (shape.name !== undefined && Reflect.get(fn, key) !== shape.name);
}

/** Checks whether `fn.prototype` is the original object, with nothing added. */
function isOriginalPrototype(fn: AnyFunction): boolean {
  const prototype: unknown = fn.prototype;
  if (typeof prototype !== "object" || prototype === null) return false;
  const keys = Reflect.ownKeys(prototype);
  const above: unknown = Object.getPrototypeOf(prototype);
  // A generator's prototype is empty, and inherits from an object that no global refers to.
  if (keys.length === 0) return wellKnown(above)?.startsWith("Object.getPrototypeOf(") === true;
  const isOwner = keys.length === 1 && Reflect.get(prototype, "constructor") === fn;
  return isOwner && keys[0] === "constructor" && above === Object.prototype;
}

/** Returns the function whose `prototype` this object is. */
export function ownerOfPrototype(value: object): AnyFunction | undefined {
  const owner: unknown = Object.getOwnPropertyDescriptor(value, "constructor")?.value;
  if (typeof owner !== "function") return undefined;
  const fn = owner as AnyFunction;
  return !isNative(fn) && fn.prototype === value ? fn : undefined;
}

/** Returns the object of a prototype chain that has the property as its own. */
export function holderOf(object: object | null, key: PropertyKey): object | undefined {
  for (let at = object; at; at = Object.getPrototypeOf(at) as object | null) {
    if (Object.hasOwn(at, key)) return at;
  }
  return undefined;
}
