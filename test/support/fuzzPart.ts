/**
 * Whether a long run takes the case of this number: `FUZZ=1` takes all of them, and `FUZZ=2/6` is the second of six parts,
 * each of which can be run by itself.
 */
export function isFuzzed(place: number, part = process.env.FUZZ): boolean {
  if (!part) return false;
  const [, which, parts] = /^(\d+)\/(\d+)$/.exec(part) ?? [];
  return which === undefined || place % Number(parts) === Number(which) - 1;
}
