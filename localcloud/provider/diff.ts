import { isDeepStrictEqual } from "node:util";
import type { DiffKind, DiffResult, Properties, ResourceType } from "./types";

/** Names the inputs that the provider filled in itself, as the real provider's states do. */
export const DEFAULTS_KEY = "__defaults";

/** Compares checked inputs property by property and says what each difference leads to. */
export function diffInputs(
  type: ResourceType,
  olds: Properties,
  news: Properties,
  replaceOnChanges: readonly string[],
): DiffResult {
  const replaceOn = type.update ? [...(type.replaceOn ?? []), ...replaceOnChanges] : ["*"];
  const detailed = new Map<string, DiffKind>();
  for (const key of new Set([...Object.keys(olds), ...Object.keys(news)])) {
    if (key === DEFAULTS_KEY) continue;
    const asJson = type.jsonInputs?.includes(key) ?? false;
    for (const path of differences(key, normalize(olds[key], asJson), normalize(news[key], asJson)))
      detailed.set(path, kindOf(path, at(olds, path), at(news, path), replaceOn));
  }
  const replace = [...detailed.values()].some((kind) => kind.endsWith("Replace"));
  return {
    detailed,
    changed: detailed.size > 0,
    replace,
    deleteBeforeReplace: replace && ((type.deleteBeforeReplace ?? false) || keepsName(type, olds, news)),
  };
}

/** A fixed name cannot be held by the old and the new resource at once. */
function keepsName(type: ResourceType, olds: Properties, news: Properties): boolean {
  const property = type.autoname?.property;
  if (property === undefined || olds[property] !== news[property]) return false;
  const generated = news[DEFAULTS_KEY];
  return !(Array.isArray(generated) && generated.includes(property));
}

function kindOf(path: string, old: unknown, now: unknown, replaceOn: readonly string[]): DiffKind {
  const kind = old === undefined ? "add" : now === undefined ? "delete" : "update";
  const replaces = replaceOn.some((rule) => rule === "*" || covers(rule, path));
  return replaces ? `${kind}Replace` : kind;
}

/** `code` covers `code.assets["a"]`; list positions do not count. */
function covers(rule: string, path: string): boolean {
  const plainPath = path.replace(/\[\d+\]/g, "");
  return plainPath === rule || plainPath.startsWith(`${rule}.`) || plainPath.startsWith(`${rule}[`);
}

/** Paths of the smallest parts that differ. */
function differences(path: string, old: unknown, now: unknown): string[] {
  if (isDeepStrictEqual(old, now)) return [];
  if (Array.isArray(old) && Array.isArray(now) && old.length === now.length)
    return old.flatMap((item, index) => differences(`${path}[${index}]`, item, now[index]));
  if (isPlainObject(old) && isPlainObject(now))
    return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((key) =>
      differences(/^[\w-]+$/.test(key) ? `${path}.${key}` : `${path}["${key}"]`, old[key], now[key]),
    );
  return [path];
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `null` and absent are one thing; JSON texts are compared by what they mean. */
function normalize(value: unknown, asJson: boolean): unknown {
  if (value === null) return undefined;
  if (!asJson || typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function at(properties: Properties, path: string): unknown {
  let value: unknown = properties;
  for (const [, quoted, index, name] of path.matchAll(/\["([^"]*)"\]|\[(\d+)\]|([^.[\]]+)/g)) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string, unknown>)[quoted ?? index ?? name];
  }
  return value;
}
