import { dayOfMonthMatcher, dayOfWeekMatcher, type DayMatcher } from "./cronDay";
import { parseField } from "./cronField";

/** A cron expression in UTC, with minutes as the smallest unit. */
export interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly years: ReadonlySet<number>;
  readonly day: DayMatcher;
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAY_MS = 86_400_000;
const LAST_YEAR = 2199;

/**
 * Parses the six fields of `cron(...)`; undefined if they are invalid.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function parseCron(fields: string): Cron | undefined {
  const parts = fields.trim().split(/\s+/);
  if (parts.length !== 6) return undefined;
  const [minute, hour, dayOfMonth, month, dayOfWeek, year] = parts;
  const minutes = parseField(minute, { min: 0, max: 59 });
  const hours = parseField(hour, { min: 0, max: 23 });
  const months = parseField(month, { min: 1, max: 12, names: MONTHS });
  const years = parseField(year, { min: 1970, max: LAST_YEAR });
  const day = parseDay(dayOfMonth, dayOfWeek);
  if (!minutes || !hours || !months || !years || !day) return undefined;
  return { minutes, hours, months, years, day };
}

/** Returns the first matching instant after `after` (milliseconds); undefined if there is none. */
export function nextCron(cron: Cron, after: number): number | undefined {
  const minuteAfter = Math.floor(after / 60_000) * 60_000 + 60_000;
  let day = Math.floor(minuteAfter / DAY_MS) * DAY_MS;
  for (;;) {
    const date = new Date(day);
    const year = date.getUTCFullYear();
    if (year > LAST_YEAR) return undefined;
    const month = date.getUTCMonth() + 1;
    if (!cron.years.has(year)) day = Date.UTC(year + 1, 0, 1);
    else if (!cron.months.has(month)) day = Date.UTC(year, month, 1);
    else {
      const found = cron.day(year, month, date.getUTCDate())
        ? firstMinute(cron, day, minuteAfter)
        : undefined;
      if (found !== undefined) return found;
      day += DAY_MS;
    }
  }
}

/** Parses the two day fields: one of them must be `?`, the other one decides. */
function parseDay(dayOfMonth: string, dayOfWeek: string): DayMatcher | undefined {
  if (dayOfWeek === "?") return dayOfMonth === "?" ? undefined : dayOfMonthMatcher(dayOfMonth);
  return dayOfMonth === "?" ? dayOfWeekMatcher(dayOfWeek) : undefined;
}

function firstMinute({ hours, minutes }: Cron, day: number, notBefore: number): number | undefined {
  for (let hour = 0; hour < 24; hour += 1) {
    if (!hours.has(hour)) continue;
    for (let minute = 0; minute < 60; minute += 1) {
      const instant = day + (hour * 60 + minute) * 60_000;
      if (minutes.has(minute) && instant >= notBefore) return instant;
    }
  }
  return undefined;
}
