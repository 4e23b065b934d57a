import { nextCron, type Cron } from "./cron";

const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Checks whether a text names a time zone of the IANA database, e.g. `Europe/Madrid`. */
export function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    // Intl throws a RangeError for an unknown zone.
    return false;
  }
}

/**
 * Returns the first instant after `after` at which the zone's local time matches the cron expression. A local time
 * that does not exist in spring is skipped; one that occurs twice in autumn counts once, the first time.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
 */
export function nextCronInZone(cron: Cron, zone: string, after: number): number | undefined {
  let shown: number | undefined = shownTime(after, zone);
  for (;;) {
    shown = nextCron(cron, shown);
    if (shown === undefined) return undefined;
    const instant = instantOf(shown, zone);
    if (instant !== undefined && instant > after) return instant;
  }
}

/**
 * Returns the first instant with a local time (given as if it were UTC) in the zone; undefined if it does not exist.
 */
export function instantOf(shown: number, zone: string): number | undefined {
  const candidates = [shown - DAY_MS, shown + DAY_MS]
    .map((near) => shown - (shownTime(near, zone) - near))
    .filter((instant) => shownTime(instant, zone) === shown);
  return candidates.length > 0 ? Math.min(...candidates) : undefined;
}

/** Returns the zone's local time, as the milliseconds of the same time in UTC. */
function shownTime(instant: number, zone: string): number {
  if (zone === "UTC") return instant;
  const parts = formatOf(zone).formatToParts(instant);
  const of = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((part) => part.type === type)?.value);
  const whole = Date.UTC(
    of("year"),
    of("month") - 1,
    of("day"),
    of("hour"),
    of("minute"),
    of("second"),
  );
  return whole + (((instant % 1000) + 1000) % 1000);
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formats.set(zone, format);
  }
  return format;
}
