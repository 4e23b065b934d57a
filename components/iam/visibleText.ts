/** Whether a text has something to read: a letter or a digit, not only spaces or characters of no width. */
export function isVisibleText(value: unknown): value is string {
  return typeof value === "string" && /[\p{L}\p{N}]/u.test(value);
}
