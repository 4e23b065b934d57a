/** Checks whether a text has visible content: a letter or a digit, not only spaces or zero-width characters. */
export function isVisibleText(value: unknown): value is string {
  return typeof value === "string" && /[\p{L}\p{N}]/u.test(value);
}
