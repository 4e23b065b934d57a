import {
  CRON_FIELDS,
  type DayTest,
  dayOfMonthTest,
  dayOfWeekTest,
  fieldValues,
} from "./cronFields";
import { type LocalTime, localTime } from "./localTime";

export const deploymentOnlyModule = true;

/** A parsed cron expression of EventBridge; to the minute. */
export interface CronSchedule {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly years: ReadonlySet<number>;
  readonly isDay: DayTest;
}

/** A parsed schedule expression of EventBridge. */
export type Schedule = { readonly everyMinutes: number } | CronSchedule;

/** Minutes per unit of a rate. */
const UNITS: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 24 * 60 };

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Longer than any change of clocks: around minutes near one, both sides are checked. */
const LONGEST_SHIFT = 3 * 60 * MINUTE;

/**
 * Parses `rate(5 minutes)` or `cron(0 9 ? * MON-FRI *)`.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 *
 * @throws Error saying which part is wrong and what would be right.
 */
export function parseSchedule(expression: string): Schedule {
  const [, kind, inner = ""] = /^(rate|cron)\((.*)\)$/.exec(expression) ?? [];
  if (kind === "rate") return { everyMinutes: rateMinutes(inner) };
  if (kind === "cron") return parseCron(inner);
  throw new Error("write rate(5 minutes) or cron(0 9 ? * MON-FRI *)");
}

/**
 * Returns the first run after an instant; undefined when there are no more runs. A rate counts from the instant itself.
 * A local time that clocks skip in spring has no run, and one that occurs twice in autumn has one run.
 *
 * @param timezone IANA name of the zone of the schedule. Default `UTC`.
 */
export function nextRun(schedule: Schedule, after: Date, timezone?: string): Date | undefined {
  if ("everyMinutes" in schedule) {
    return new Date(after.getTime() + schedule.everyMinutes * MINUTE);
  }
  const clocks = localTime(timezone);
  const from = floor(clocks.at(after.getTime()), MINUTE) - shiftNear(clocks, after);
  const last = Date.UTC(CRON_FIELDS.year.max + 1, 0, 1);
  const minutes = minutesOfDay(schedule);
  for (let day = floor(from, DAY); day < last; day = nextDay(schedule, day)) {
    if (!isRunDay(schedule, day)) continue;
    for (const minute of minutes) {
      const run = day + minute < from ? undefined : clocks.instantOf(day + minute);
      if (run !== undefined && run > after.getTime()) return new Date(run);
    }
  }
  return undefined;
}

/** Returns the last run of a cron expression at or before an instant; undefined when there was none since 1970. */
export function previousRun(
  schedule: CronSchedule,
  before: Date,
  timezone?: string,
): Date | undefined {
  const clocks: LocalTime = localTime(timezone);
  const to = floor(clocks.at(before.getTime()), MINUTE) + shiftNear(clocks, before);
  const minutes = minutesOfDay(schedule).reverse();
  for (let day = floor(to, DAY); day >= 0; day = previousDay(schedule, day)) {
    if (!isRunDay(schedule, day)) continue;
    for (const minute of minutes) {
      const run = day + minute > to ? undefined : clocks.instantOf(day + minute);
      if (run !== undefined && run <= before.getTime()) return new Date(run);
    }
  }
  return undefined;
}

/** Returns by how much the clocks changed near an instant; mostly 0. */
function shiftNear(clocks: LocalTime, instant: Date): number {
  const offsetNear = (times: number): number => {
    const near = instant.getTime() + times * LONGEST_SHIFT;
    return floor(clocks.at(near) - floor(near, MINUTE), MINUTE);
  };
  return offsetNear(-2) === offsetNear(2) ? 0 : LONGEST_SHIFT;
}

/** Returns what is wrong with a schedule expression, including that it would never run, and how to fix it. */
export function scheduleProblem(
  expression: string,
  now: Date,
  timezone?: string,
): string | undefined {
  let schedule: Schedule;
  try {
    schedule = parseSchedule(expression);
    localTime(timezone);
  } catch (error) {
    return `'${expression}' is not a schedule: ${(error as Error).message}`;
  }
  if (nextRun(schedule, now, timezone)) return undefined;
  const today = now.toISOString().slice(0, 10);
  return `'${expression}' never runs after ${today}: no such day, or only in the past; check day, month and year`;
}

function rateMinutes(inner: string): number {
  const [, count, unit = "", plural] = /^([1-9]\d{0,8}) (minute|hour|day)(s?)$/.exec(inner) ?? [];
  if (count === undefined) {
    throw new Error(
      `'${inner}' is not a rate; allowed are a whole number from 1 and minutes, hours or days`,
    );
  }
  // AWS refuses `1 minutes` and `5 minute`.
  if ((count === "1") !== (plural === "")) {
    throw new Error(`write ${count} ${unit}${count === "1" ? "" : "s"}`);
  }
  return Number(count) * (UNITS[unit] ?? NaN);
}

function parseCron(inner: string): CronSchedule {
  const fields = inner.trim().split(/\s+/);
  if (fields.length !== 6) {
    throw new Error(
      `cron has ${fields.length} fields; it needs six: minutes, hours, day of month, month, day of week, year`,
    );
  }
  const [minutes = "", hours = "", dayOfMonth = "", month = "", dayOfWeek = "", year = ""] = fields;
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

function isRunDay({ years, months, isDay }: CronSchedule, day: number): boolean {
  const [year, month, date] = partsOf(day);
  return years.has(year) && months.has(month) && isDay(year, month, date);
}

/** Returns the next day, or the first of the next month or year when the rest of this one has no run. */
function nextDay({ years, months }: CronSchedule, day: number): number {
  const [year, month] = partsOf(day);
  if (!years.has(year)) return Date.UTC(year + 1, 0, 1);
  if (!months.has(month)) return Date.UTC(year, month, 1);
  return day + DAY;
}

function previousDay({ years, months }: CronSchedule, day: number): number {
  const [year, month] = partsOf(day);
  if (!years.has(year)) return Date.UTC(year - 1, 11, 31);
  if (!months.has(month)) return Date.UTC(year, month - 1, 0);
  return day - DAY;
}

/** Returns the runs of a day in milliseconds after midnight, in order. */
function minutesOfDay({ hours, minutes }: CronSchedule): number[] {
  const inOrder = (values: ReadonlySet<number>): number[] => [...values].sort((a, b) => a - b);
  const sorted = inOrder(minutes);
  return inOrder(hours).flatMap((hour) => sorted.map((minute) => (hour * 60 + minute) * MINUTE));
}

function partsOf(day: number): [year: number, month: number, date: number] {
  const date = new Date(day);
  return [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
}

function floor(time: number, unit: number): number {
  return Math.floor(time / unit) * unit;
}
