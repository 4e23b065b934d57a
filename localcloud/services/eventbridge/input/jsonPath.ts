/**
 * Returns the value at a path such as `$.detail.items[0].name` or `$.detail['instance-id']`; undefined if the event
 * has none.
 */
export function valueAt(path: string, event: unknown): unknown {
  return parsePath(path)?.reduce<unknown>(child, event);
}

/** Checks whether EventBridge supports the path: fields, quoted fields and indexes, no filters. */
export function isJsonPath(path: string): boolean {
  return parsePath(path) !== undefined;
}

function parsePath(path: string): string[] | undefined {
  if (!path.startsWith("$")) return undefined;
  const step = /\.([A-Za-z0-9_-]+)|\[(\d+)\]|\['([^']+)'\]|\["([^"]+)"\]/y;
  const steps: string[] = [];
  step.lastIndex = 1;
  while (step.lastIndex < path.length) {
    const match = step.exec(path);
    if (!match) return undefined;
    steps.push(match[1] ?? match[2] ?? match[3] ?? match[4]);
  }
  return steps;
}

function child(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}
