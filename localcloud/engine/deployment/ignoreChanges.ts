import { parsePropertyPath } from "../../provider/propertyPath";
import type { Properties } from "../../provider/types";
import { isObject } from "../../provider/values";

/** Returns the new inputs with the old value of every ignored property, so that it cannot differ. */
export function applyIgnoreChanges(
  news: Properties,
  olds: Properties,
  paths: readonly string[],
): Properties {
  return paths.reduce<Properties>(
    (result, path) => restore(result, olds, parsePropertyPath(path)) as Properties,
    news,
  );
}

function restore(value: unknown, old: unknown, [head, ...rest]: readonly string[]): unknown {
  if (head === undefined) return old;
  if (head === "*") {
    if (Array.isArray(value) && Array.isArray(old))
      return value.map((item, index) => restore(item, old[index], rest));
    if (isObject(value) && isObject(old))
      return Object.fromEntries(
        Object.keys(value).map((key) => [key, restore(value[key], old[key], rest)]),
      );
    return value;
  }
  if (Array.isArray(value)) {
    const index = Number(head);
    const before: unknown = Array.isArray(old) ? old[index] : undefined;
    return value.map((item: unknown, at) => (at === index ? restore(item, before, rest) : item));
  }
  if (value !== undefined && !isObject(value)) return value;
  const before = isObject(old) ? old[head] : undefined;
  const result = { ...(value ?? {}) } as Record<string, unknown>;
  const restored = restore(result[head], before, rest);
  if (restored === undefined) delete result[head];
  else result[head] = restored;
  return value === undefined && Object.keys(result).length === 0 ? undefined : result;
}
