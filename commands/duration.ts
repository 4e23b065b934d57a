const MINUTE = 60_000;
const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: 60 * MINUTE, d: 24 * 60 * MINUTE };
const WEEK = 7 * 24 * 60 * MINUTE;

/** Returns the milliseconds of a duration from 1m to 7d, such as 10m, 2h or 1d; undefined for any other text. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit = ""] = /^([1-9]\d{0,4})([mhd])$/.exec(text) ?? [];
  const milliseconds = Number(count) * (UNITS[unit] ?? NaN);
  return milliseconds >= MINUTE && milliseconds <= WEEK ? milliseconds : undefined;
}
