export const deploymentOnlyModule = true;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** What the clocks of a time zone show, to the minute, written as if it were UTC. */
export interface LocalTime {
  /** Milliseconds since the epoch -> the minute that clocks show then. */
  at(instant: number): number;
  /**
   * The instant at which clocks show a minute; undefined when they never do, because summer time begins over it. A
   * minute that they show twice counts the first time.
   * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html (Daylight savings time)
   */
  instantOf(local: number): number | undefined;
}

/**
 * The clocks of an IANA time zone such as `Europe/Berlin`.
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
      // No zone changes its clocks twice within two days: one of the offsets around is the right one.
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
    throw new Error(`'${timeZone}' is no time zone; write one such as Europe/Berlin or UTC`);
  }
}
