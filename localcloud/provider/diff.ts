import { isDeepStrictEqual } from "node:util";
import { childPath, isWithin, parsePropertyPath, valueAt } from "./propertyPath";
import type { DiffKind, DiffResult, Properties, ResourceType } from "./types";
import { isObject, SIGNATURE } from "./values";

/** Names the inputs that the provider filled in itself, as the real provider's states do. */
export const DEFAULTS_KEY = "__defaults";

/** Compares checked inputs property by property and says what each difference leads to. */
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
    // A text has no paths inside, whatever it means.
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

/** Whether two values of an input mean the same: an archive is what it contains, whether its text is at hand or not. */
export function isSameInput(one: unknown, other: unknown): boolean {
  return differences("", normalize(one, false), normalize(other, false)).length === 0;
}

/** A fixed name cannot be held by the old and the new resource at once. */
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

/** The difference is inside what the rule names, or contains it (a whole block came or went). */
function touches(path: string, old: unknown, now: unknown, rule: string): boolean {
  if (rule === "*" || isWithin(path, rule)) return true;
  if (!isWithin(rule, path)) return false;
  const inside = parsePropertyPath(rule).slice(parsePropertyPath(path).length);
  return !isDeepStrictEqual(valueAt(old, inside), valueAt(now, inside));
}

/** Paths of the smallest parts that differ. */
function differences(path: string, old: unknown, now: unknown): string[] {
  if (isDeepStrictEqual(old, now)) return [];
  if (Array.isArray(old) && Array.isArray(now) && old.length === now.length)
    return old.flatMap((item, index) => differences(`${path}[${index}]`, item, now[index]));
  if (!isObject(old) || !isObject(now)) return [path];
  if (SIGNATURE in old || SIGNATURE in now) return assetDifferences(path, old, now);
  return keyDifferences(path, old, now);
}

/** Assets and archives are what they contain, not where their files lie. */
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

/** `null` and absent are one thing; JSON texts are compared by what they mean. */
export function normalize(value: unknown, asJson: boolean): unknown {
  if (value === null) return undefined;
  if (!asJson || typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
