import { isDeepStrictEqual } from "node:util";
import { childPath, isWithin, parsePropertyPath, valueAt } from "./propertyPath";
import type { DiffKind, DiffResult, Properties, ResourceType } from "./types";
import { isObject, SIGNATURE } from "./values";

/** Key that lists the inputs which the provider filled in itself, as in the real provider's states. */
export const DEFAULTS_KEY = "__defaults";

/** Compares checked inputs property by property and returns what each difference causes. */
export function diffInputs(
  type: ResourceType,
  olds: Properties,
  news: Properties,
  replaceOnChanges: readonly string[],
): DiffResult {
  const replaceOn =
    type.update && !type.isReplaced?.(news)
      ? ["region", ...(type.replaceOn ?? []), ...replaceOnChanges]
      : ["*"];
  const detailed = new Map<string, DiffKind>();
  for (const key of new Set([...Object.keys(olds), ...Object.keys(news)])) {
    if (key === DEFAULTS_KEY) continue;
    const asJson = type.jsonInputs?.includes(key) ?? false;
    const found = differences(key, normalize(olds[key], asJson), normalize(news[key], asJson));
    // A text has no paths inside, even if it is JSON.
    for (const path of asJson && found.length > 0 ? [key] : found) {
      const parts = parsePropertyPath(path);
      const [old, now] = [valueAt(olds, parts), valueAt(news, parts)];
      if (now === undefined && type.computed?.some((rule) => isWithin(path, rule))) continue;
      const replaces = replaceOn.some((rule) => touches(path, old, now, rule));
      detailed.set(path, kindOf(old, now, replaces));
    }
  }
  const replace = [...detailed.values()].some((kind) => kind.endsWith("Replace"));
  return {
    detailed,
    changed: detailed.size > 0,
    replace,
    deleteBeforeReplace:
      replace && ((type.deleteBeforeReplace ?? false) || keepsName(type, olds, news)),
  };
}

/**
 * Checks whether two values of an input mean the same: an archive is compared by its contents, even if only their hash
 * is known.
 */
export function isSameInput(one: unknown, other: unknown): boolean {
  return differences("", normalize(one, false), normalize(other, false)).length === 0;
}

/** The old and the new resource cannot both have the same fixed name. */
function keepsName(type: ResourceType, olds: Properties, news: Properties): boolean {
  const property = type.autoname?.property;
  if (property === undefined || olds[property] !== news[property]) return false;
  const generated = news[DEFAULTS_KEY];
  return !(Array.isArray(generated) && generated.includes(property));
}

function kindOf(old: unknown, now: unknown, replaces: boolean): DiffKind {
  const kind = old === undefined ? "add" : now === undefined ? "delete" : "update";
  return replaces ? `${kind}Replace` : kind;
}

/** Checks whether the difference is inside the rule's path, or contains it (a whole block was added or removed). */
function touches(path: string, old: unknown, now: unknown, rule: string): boolean {
  if (rule === "*" || isWithin(path, rule)) return true;
  if (!isWithin(rule, path)) return false;
  const inside = parsePropertyPath(rule).slice(parsePropertyPath(path).length);
  return !isDeepStrictEqual(valueAt(old, inside), valueAt(now, inside));
}

/** Returns the paths of the smallest parts that differ. */
function differences(path: string, old: unknown, now: unknown): string[] {
  if (isDeepStrictEqual(old, now)) return [];
  if (Array.isArray(old) && Array.isArray(now) && old.length === now.length)
    return old.flatMap((item, index) => differences(`${path}[${index}]`, item, now[index]));
  if (!isObject(old) || !isObject(now)) return [path];
  if (SIGNATURE in old || SIGNATURE in now) return assetDifferences(path, old, now);
  return keyDifferences(path, old, now);
}

/** Compares assets and archives by their contents, not by the places of their files. */
function assetDifferences(
  path: string,
  old: Record<string, unknown>,
  now: Record<string, unknown>,
): string[] {
  if (old.hash !== undefined && old.hash === now.hash) return [];
  if (isObject(old.assets) && isObject(now.assets))
    return keyDifferences(`${path}.assets`, old.assets, now.assets);
  return [path];
}

function keyDifferences(
  path: string,
  old: Record<string, unknown>,
  now: Record<string, unknown>,
): string[] {
  const keys = new Set([...Object.keys(old), ...Object.keys(now)]);
  return [...keys].flatMap((key) => differences(childPath(path, key), old[key], now[key]));
}

/** Treats `null` and absent as the same, and parses JSON texts for comparison. */
export function normalize(value: unknown, asJson: boolean): unknown {
  if (value === null) return undefined;
  if (!asJson || typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
