/** Longest binary value that a record keeps as it is, bytes. */
const MAX_BINARY = 256;

/** Longest text that a record keeps whole, characters: thousands of records must stay small. */
const MAX_TEXT = 16_384;

/**
 * A copy of an input that is safe and small enough to keep: secret members and large binaries are
 * named, not stored, and long texts are cut. The codec limits how deep an input can be.
 */
export function redact(input: object, secretMembers: readonly string[] = []): unknown {
  return Object.fromEntries(
    Object.entries(input).map(([key, value]) => [
      key,
      secretMembers.includes(key) ? "(secret)" : summarize(value),
    ]),
  );
}

function summarize(value: unknown): unknown {
  if (typeof value === "string")
    return value.length <= MAX_TEXT
      ? value
      : `${value.slice(0, MAX_TEXT)}... (${value.length} characters)`;
  if (value instanceof Uint8Array)
    return value.length <= MAX_BINARY
      ? Buffer.from(value).toString("utf8")
      : `(${value.length} bytes)`;
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  if (Array.isArray(value)) return value.map(summarize);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]): [string, unknown] => [key, summarize(item)]),
  );
}
