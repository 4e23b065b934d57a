/** Longest binary value that a record keeps as it is, bytes. */
const MAX_BINARY = 256;

/** Longest text that a record keeps whole, characters: thousands of records must stay small. */
const MAX_TEXT = 16_384;

/**
 * A copy of an input that is safe and small enough to keep: secret members and large binaries are
 * named, not stored, and long texts are cut. The codec limits how deep an input can be.
 */
export function redact(input: object, secretMembers: readonly string[] = []): unknown {
  return copy(input, (key, value) => (secretMembers.includes(key) ? "(secret)" : summarize(value)));
}

/** Every call is copied: this is a loop for the sake of speed. */
function copy(source: object, memberOf: (key: string, value: unknown) => unknown): object {
  const copied: Record<string, unknown> = {};
  for (const key of Object.keys(source)) {
    const value = memberOf(key, (source as Record<string, unknown>)[key]);
    // Assigned, a member of this name would become the prototype.
    if (key === "__proto__") Object.defineProperty(copied, key, { value, ...OWN });
    else copied[key] = value;
  }
  return copied;
}

const OWN = { enumerable: true, configurable: true, writable: true };

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
  return copy(value, (_key, item) => summarize(item));
}
