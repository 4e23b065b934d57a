export const deploymentOnlyModule = true;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/**
 * Converts between instants and the local time of a time zone, to the minute; local time is written as if it were UTC.
 */
export interface LocalTime {
  /** Converts milliseconds since the epoch to the local minute. */
  at(instant: number): number;
  /**
   * Returns the instant of a local minute; undefined when the start of summer time skips it. For a minute that occurs
   * twice, returns the first instant.
   * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html (Daylight savings time)
   */
  instantOf(local: number): number | undefined;
}

/**
 * Returns the local time of an IANA time zone such as `Europe/Berlin`.
 *
 * @throws Error with a sentence for a zone that does not exist.
 */
export function localTime(timezone = "UTC"): LocalTime {
  if (timezone === "UTC") return { at: (instant) => instant, instantOf: (local) => local };
  const format = formatOf(timezone);
  const at = (instant: number): number => {
    const {
      year = NaN,
      month = NaN,
      day,
      hour,
      minute,
    } = Object.fromEntries(
      format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
    );
    return Date.UTC(year, month - 1, day, hour, minute);
  };
  const offsetAt = (instant: number): number => at(instant) - Math.floor(instant / MINUTE) * MINUTE;
  return {
    at,
    instantOf: (local) => {
      // No zone changes its clocks twice within two days: one of the offsets a day before and after is the right one.
      const instants = [offsetAt(local - DAY), offsetAt(local + DAY)]
        .map((offset) => local - offset)
        .filter((instant) => at(instant) === local);
      return instants.length > 0 ? Math.min(...instants) : undefined;
    },
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    });
  } catch {
    throw new Error(`'${timeZone}' is not a time zone; write one such as Europe/Berlin or UTC`);
  }
}
