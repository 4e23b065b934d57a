/** Longest binary value that a record keeps as it is, bytes. */
const MAX_BINARY = 256;

/** A copy of an input that is safe and small enough to keep: secret members and large binaries are named, not stored. */
export function redact(input: object, secretMembers: readonly string[] = []): unknown {
  return Object.fromEntries(
    Object.entries(input).map(([key, value]) => [
      key,
      secretMembers.includes(key) ? "(secret)" : summarize(value, 0),
    ]),
  );
}

function summarize(value: unknown, depth: number): unknown {
  if (value instanceof Uint8Array)
    return value.length <= MAX_BINARY
      ? Buffer.from(value).toString("utf8")
      : `(${value.length} bytes)`;
  if (typeof value !== "object" || value === null || value instanceof Date || depth > 8)
    return value;
  if (Array.isArray(value)) return value.map((item) => summarize(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, summarize(item, depth + 1)]),
  );
}
