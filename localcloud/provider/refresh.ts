import { isDeepStrictEqual } from "node:util";
import { normalize } from "./diff";
import { childPath, isWithin } from "./propertyPath";
import type { Properties, ResourceType } from "./types";
import { isObject } from "./values";

/**
 * Returns the inputs that correspond to the state in AWS. An input that `read` does not return stays unchanged; one
 * that was never given is added only if AWS would not have chosen its value by itself.
 */
export function refreshInputs(type: ResourceType, olds: Properties, found: Properties): Properties {
  const inputs: Properties = { ...olds };
  for (const key of type.inputs) {
    if (!Object.hasOwn(found, key)) continue;
    const value = merge(type, key, olds[key], found[key]);
    if (value === undefined) delete inputs[key];
    else inputs[key] = value;
  }
  return inputs;
}

/** Returns the inputs of a newly imported resource: everything that AWS returns. */
export function importInputs(type: ResourceType, found: Properties): Properties {
  const reported = type.inputs.filter(
    (key) => !isEmpty(found[key]) || Object.hasOwn(type.defaults ?? {}, key),
  );
  const values = reported.map((key): [string, unknown] => [
    key,
    found[key] ?? type.defaults?.[key],
  ]);
  return { ...type.defaults, ...Object.fromEntries(values) };
}

function merge(type: ResourceType, path: string, old: unknown, now: unknown): unknown {
  if (isEmpty(old) && isEmpty(now)) return old;
  if (old === undefined && type.computed?.some((rule) => isWithin(path, rule))) return undefined;
  if (
    type.jsonInputs?.includes(path) &&
    isDeepStrictEqual(normalize(old, true), normalize(now, true))
  )
    return old;
  if (Array.isArray(old) && Array.isArray(now)) return sameMembers(old, now) ? old : now;
  if (!isObject(now) || (old !== undefined && !isObject(old))) return now;
  const keys = [...new Set([...Object.keys(old ?? {}), ...Object.keys(now)])];
  const members = keys.map((key): [string, unknown] => [
    key,
    merge(type, childPath(path, key), old?.[key], now[key]),
  ]);
  const merged = Object.fromEntries(members.filter(([, value]) => value !== undefined));
  return Object.keys(merged).length === 0 && old === undefined ? undefined : merged;
}

/** AWS stores most lists as sets and returns them in any order. */
function sameMembers(old: readonly unknown[], now: readonly unknown[]): boolean {
  if (old.length !== now.length) return false;
  const found = now.map(withoutEmpty);
  return old
    .map(withoutEmpty)
    .every((item) => found.some((other) => isDeepStrictEqual(item, other)));
}

function withoutEmpty(value: unknown): unknown {
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(([, member]) => !isEmpty(member));
  return Object.fromEntries(members.map(([key, member]) => [key, withoutEmpty(member)]));
}

/** AWS leaves out values that are empty or neutral. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === false || value === 0)
    return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}
