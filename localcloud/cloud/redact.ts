import { setMember } from "../core/setMember";

/** Maximum size in bytes of a binary value that is recorded unchanged. */
const MAX_BINARY = 256;

/** Maximum characters of a text that is recorded completely, so that thousands of records stay small. */
const MAX_TEXT = 16_384;

/**
 * Returns a copy of an input that is safe and small enough to store: secret members and large binaries are named but
 * not stored, and long texts are cut. The codec limits the nesting of inputs.
 */
export function redact(input: object, secretMembers: readonly string[] = []): unknown {
  return copy(input, (key, value) => (secretMembers.includes(key) ? "(secret)" : summarize(value)));
}

/** Copies an object with a loop, for speed, because every call is copied. */
function copy(source: object, memberOf: (key: string, value: unknown) => unknown): object {
  const copied: Record<string, unknown> = {};
  for (const key of Object.keys(source))
    setMember(copied, key, memberOf(key, (source as Record<string, unknown>)[key]));
  return copied;
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
  return copy(value, (_key, item) => summarize(item));
}
