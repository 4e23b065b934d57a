import { validation } from "../model/errors";
import { nextCron, parseCron, type Cron } from "./cron";

export type Schedule = { readonly cron: Cron } | { readonly everyMs: number };

const UNITS_MS: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** Parses `rate(...)` or `cron(...)`. @throws ValidationException */
export function parseSchedule(expression: string): Schedule {
  const cron = /^cron\((.*)\)$/.exec(expression);
  const schedule = cron ? parseCron(cron[1]) : undefined;
  if (schedule) return { cron: schedule };
  const everyMs = parseRate(expression);
  if (everyMs === undefined) throw validation("Parameter ScheduleExpression is not valid.");
  return { everyMs };
}

/** Returns the first occurrence after `after`. A rate counts from `anchor`, the creation of the rule. */
export function nextOccurrence(
  schedule: Schedule,
  anchor: number,
  after: number,
): number | undefined {
  if ("cron" in schedule) return nextCron(schedule.cron, after);
  const { everyMs } = schedule;
  return anchor + (Math.floor((after - anchor) / everyMs) + 1) * everyMs;
}

/** Parses a rate: 1 requires the singular of the unit, other numbers the plural. */
function parseRate(expression: string): number | undefined {
  const match = /^rate\(([1-9]\d{0,8}) (minute|hour|day)(s?)\)$/.exec(expression);
  if (!match) return undefined;
  const [, count, unit, plural] = match;
  if ((count === "1") !== (plural === "")) return undefined;
  return Number(count) * UNITS_MS[unit];
}
