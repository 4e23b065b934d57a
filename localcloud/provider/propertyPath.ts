/** `environment.variables["A"]` -> ["environment", "variables", "A"]; numbers index lists. */
export function parsePropertyPath(path: string): string[] {
  const parts: string[] = [];
  for (const match of path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]|([^.[\]]+)/g))
    parts.push(match[1]?.replace(/\\(.)/g, "$1") ?? match[2] ?? match[3]);
  return parts;
}

/** Appends a step to a path: `.name` if that is a plain name, otherwise `["any text"]`. */
export function childPath(path: string, key: string): string {
  return /^[A-Za-z_]\w*$/.test(key)
    ? `${path}.${key}`
    : `${path}["${key.replace(/["\\]/g, "\\$&")}"]`;
}

/** Checks whether `path` is `rule` or inside it; list positions are ignored, `*` matches any one step. */
export function isWithin(path: string, rule: string): boolean {
  const withoutPositions = (parts: readonly string[]): string[] =>
    parts.filter((part) => !/^\d+$/.test(part));
  const at = withoutPositions(parsePropertyPath(path));
  const wanted = withoutPositions(parsePropertyPath(rule.replaceAll("[*]", "")));
  return (
    wanted.every((part, index) => part === "*" || part === at[index]) && at.length >= wanted.length
  );
}

/** Returns the value at a path; undefined if there is none. */
export function valueAt(value: unknown, parts: readonly string[]): unknown {
  return parts.reduce<unknown>(
    (inner, part) =>
      typeof inner === "object" && inner !== null && Object.hasOwn(inner, part)
        ? (inner as Record<string, unknown>)[part]
        : undefined,
    value,
  );
}
