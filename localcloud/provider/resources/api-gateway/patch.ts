import type { PatchOperation } from "@aws-sdk/client-api-gateway";

/** Returns one patch operation for each changed property; an absent one becomes an empty value. */
export function patches<Inputs extends object>(
  news: Inputs,
  olds: Inputs,
  paths: Partial<Record<keyof Inputs & string, string>>,
): PatchOperation[] {
  const operations: PatchOperation[] = [];
  for (const [property, path] of Object.entries(paths) as [keyof Inputs & string, string][]) {
    const [now, before] = [news[property], olds[property]];
    if (JSON.stringify(now) === JSON.stringify(before)) continue;
    operations.push({ op: "replace", path, value: now === undefined ? "" : String(now) });
  }
  return operations;
}

/** Returns patch operations that change one map of texts to another, one path for each key. */
export function mapPatches(
  prefix: string,
  olds: Readonly<Record<string, string>> | undefined,
  news: Readonly<Record<string, string>> | undefined,
): PatchOperation[] {
  const keys = new Set([...Object.keys(olds ?? {}), ...Object.keys(news ?? {})]);
  return [...keys].flatMap((key): PatchOperation[] => {
    const [before, now] = [olds?.[key], news?.[key]];
    if (before === now) return [];
    const path = `${prefix}/${escapeSegment(key)}`;
    return [now === undefined ? { op: "remove", path } : { op: "replace", path, value: now }];
  });
}

/** Returns patch operations that change one list of names to another. */
export function listPatches(
  prefix: string,
  olds: readonly string[] | undefined,
  news: readonly string[] | undefined,
): PatchOperation[] {
  return listChanges(olds, news).map(([op, name]) => ({
    op,
    path: `${prefix}/${escapeSegment(name)}`,
  }));
}

/** Does the same for a list whose path takes the name as its value. */
export function valuePatches(
  path: string,
  olds: readonly string[] | undefined,
  news: readonly string[] | undefined,
): PatchOperation[] {
  return listChanges(olds, news).map(([op, value]) => ({ op, path, value }));
}

/** Additions come first: some lists must not be empty in between. */
function listChanges(
  olds: readonly string[] = [],
  news: readonly string[] = [],
): ["add" | "remove", string][] {
  const changes: ["add" | "remove", string][] = [];
  for (const name of news) if (!olds.includes(name)) changes.push(["add", name]);
  for (const name of olds) if (!news.includes(name)) changes.push(["remove", name]);
  return changes;
}

/** Escapes `/` and `~` in one segment of a JSON pointer. */
export function escapeSegment(text: string): string {
  return text.replaceAll("~", "~0").replaceAll("/", "~1");
}
