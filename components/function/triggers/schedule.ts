import {
  CRON_FIELDS,
  type DayTest,
  dayOfMonthTest,
  dayOfWeekTest,
  fieldValues,
} from "./cronFields";

/** A schedule expression of EventBridge, read; times are UTC, to the minute. */
export type Schedule =
  | { readonly everyMinutes: number }
  | {
      readonly minutes: ReadonlySet<number>;
      readonly hours: ReadonlySet<number>;
      readonly months: ReadonlySet<number>;
      readonly years: ReadonlySet<number>;
      readonly isDay: DayTest;
    };

/** Minutes of the units that a rate may have. */
const UNITS: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 24 * 60 };

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/**
 * Reads `rate(5 minutes)` or `cron(0 9 ? * MON-FRI *)`.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 *
 * @throws Error saying which part is wrong and what would be right.
 */
export function parseSchedule(expression: string): Schedule {
  const [, kind, inner] = /^(rate|cron)\((.*)\)$/.exec(expression) ?? [];
  if (kind === "rate") return { everyMinutes: rateMinutes(inner) };
  if (kind === "cron") return parseCron(inner);
  throw new Error("write rate(5 minutes) or cron(0 9 ? * MON-FRI *)");
}

/** The first run after an instant; undefined when there is none any more. A rate counts from the instant itself. */
export function nextRun(schedule: Schedule, after: Date): Date | undefined {
  if ("everyMinutes" in schedule) {
    return new Date(after.getTime() + schedule.everyMinutes * MINUTE);
  }
  const earliest = Math.floor(after.getTime() / MINUTE) * MINUTE + MINUTE;
  let day = Math.floor(earliest / DAY) * DAY;
  for (;;) {
    const date = new Date(day);
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + 1];
    if (year > CRON_FIELDS.year.max) return undefined;
    if (!schedule.years.has(year)) day = Date.UTC(year + 1, 0, 1);
    else if (!schedule.months.has(month)) day = Date.UTC(year, month, 1);
    else {
      const run = schedule.isDay(year, month, date.getUTCDate())
        ? firstMinute(schedule, day, earliest)
        : undefined;
      if (run !== undefined) return new Date(run);
      day += DAY;
    }
  }
}

/** What is wrong with a schedule expression, that it would never run included, and how to mend it. */
export function scheduleProblem(expression: string, now: Date): string | undefined {
  let schedule: Schedule;
  try {
    schedule = parseSchedule(expression);
  } catch (error) {
    return `'${expression}' is not a schedule: ${(error as Error).message}`;
  }
  if (nextRun(schedule, now)) return undefined;
  const today = now.toISOString().slice(0, 10);
  return `'${expression}' never runs after ${today}: no such day, or only in the past; check day, month and year`;
}

function rateMinutes(inner: string): number {
  const [, count, unit, plural] = /^([1-9]\d{0,8}) (minute|hour|day)(s?)$/.exec(inner) ?? [];
  if (count === undefined) {
    throw new Error(
      `'${inner}' is no rate; allowed are a whole number from 1 and minutes, hours or days`,
    );
  }
  // AWS refuses `1 minutes` and `5 minute`.
  if ((count === "1") !== (plural === "")) {
    throw new Error(`write ${count} ${unit}${count === "1" ? "" : "s"}`);
  }
  return Number(count) * UNITS[unit];
}

function parseCron(inner: string): Schedule {
  const fields = inner.trim().split(/\s+/);
  if (fields.length !== 6) {
    throw new Error(
      `cron has ${fields.length} fields; it needs six: minutes, hours, day of month, month, day of week, year`,
    );
  }
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year] = fields;
  return {
    minutes: fieldValues(minutes, CRON_FIELDS.minutes),
    hours: fieldValues(hours, CRON_FIELDS.hours),
    months: fieldValues(month, CRON_FIELDS.month),
    years: fieldValues(year, CRON_FIELDS.year),
    isDay: dayTest(dayOfMonth, dayOfWeek),
  };
}

/** One of the two days must be `?`: the other one decides. */
function dayTest(dayOfMonth: string, dayOfWeek: string): DayTest {
  if ((dayOfMonth === "?") === (dayOfWeek === "?")) {
    throw new Error(
      `day of month is '${dayOfMonth}' and day of week '${dayOfWeek}'; exactly one of them must be ?`,
    );
  }
  return dayOfWeek === "?" ? dayOfMonthTest(dayOfMonth) : dayOfWeekTest(dayOfWeek);
}

function firstMinute(
  { hours, minutes }: Exclude<Schedule, { everyMinutes: number }>,
  day: number,
  earliest: number,
): number | undefined {
  for (let run = Math.max(day, earliest); run < day + DAY; run += MINUTE) {
    const minuteOfDay = (run - day) / MINUTE;
    if (hours.has(Math.floor(minuteOfDay / 60)) && minutes.has(minuteOfDay % 60)) return run;
  }
  return undefined;
}
