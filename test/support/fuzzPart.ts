/**
 * Checks whether a long run includes the case of this number: `FUZZ=1` includes all of them, and `FUZZ=2/6` the second
 * of six parts, each of which can run separately.
 */
export function isFuzzed(place: number, part = process.env.FUZZ): boolean {
  if (!part) return false;
  const [, which, parts] = /^(\d+)\/(\d+)$/.exec(part) ?? [];
  return which === undefined || place % Number(parts) === Number(which) - 1;
}
