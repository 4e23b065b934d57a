import { createHash } from "node:crypto";
import { parseCron } from "../eventbridge/schedule/cron";
import { instantOf, isZone, nextCronInZone } from "../eventbridge/schedule/zone";
import { invalid } from "./api";
import type { Schedule } from "./store";

const UNITS_MS: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};
const DEFAULT_ZONE = "UTC";

/** Returns the first due time at or after an instant, without the schedule's start and end; undefined = never. */
type Next = (from: number) => number | undefined;

/**
 * Parses `rate(..)`, `cron(..)` or `at(..)`. A rate counts from `anchor`, which is its first due time.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 * @throws ValidationException
 */
export function parseExpression(
  expression: string,
  zone: string = DEFAULT_ZONE,
  anchor: number,
): Next {
  if (!isZone(zone)) throw invalid(`The ScheduleExpressionTimezone ${zone} is not supported.`);
  const [, kind, body = ""] = /^(rate|cron|at)\((.+)\)$/.exec(expression) ?? [];
  const next =
    kind === "rate"
      ? everyRate(body, anchor)
      : kind === "cron"
        ? byCron(body, zone)
        : kind === "at"
          ? once(body, zone)
          : undefined;
  if (!next) throw invalid(`Invalid Schedule Expression ${expression}.`);
  return next;
}

/** Returns the next due time after `after`, within start and end date; undefined if the schedule has ended. */
export function nextDue(schedule: Schedule, after: number): number | undefined {
  const { StartDate, EndDate, CreationDate, ScheduleExpression, ScheduleExpressionTimezone } =
    schedule;
  const start = StartDate?.getTime() ?? CreationDate.getTime();
  const next = parseExpression(ScheduleExpression, ScheduleExpressionTimezone, start);
  const due = next(Math.max(after + 1, StartDate?.getTime() ?? 0));
  return due === undefined || (EndDate && due > EndDate.getTime()) ? undefined : due;
}

/** Returns the delay of an invocation within its flexible window: random on AWS, the same in every run here. */
export function windowDelay({ Arn, FlexibleTimeWindow: window }: Schedule, due: number): number {
  if (window.Mode !== "FLEXIBLE") return 0;
  const digest = createHash("sha256").update(`${Arn} ${due}`).digest();
  const share = digest.readUInt32BE() / 2 ** 32;
  return Math.floor(share * (window.MaximumWindowInMinutes ?? 0) * 60_000);
}

/** Parses a rate. Unlike EventBridge's rules, schedules also accept `1 minutes`. */
function everyRate(body: string, anchor: number): Next | undefined {
  const [, count, unit] = /^([1-9]\d{0,8}) (minute|hour|day)s?$/.exec(body) ?? [];
  if (count === undefined) return undefined;
  const everyMs = Number(count) * UNITS_MS[unit];
  return (from) => anchor + Math.max(0, Math.ceil((from - anchor) / everyMs)) * everyMs;
}

function byCron(body: string, zone: string): Next | undefined {
  const cron = parseCron(body);
  return cron && ((from) => nextCronInZone(cron, zone, from - 1));
}

function once(body: string, zone: string): Next | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(body)) return undefined;
  const shown = Date.parse(`${body}Z`);
  // JavaScript reads the 30th of February as a day in March.
  if (Number.isNaN(shown) || !new Date(shown).toISOString().startsWith(body)) return undefined;
  const due = instantOf(shown, zone);
  return (from) => (due !== undefined && due >= from ? due : undefined);
}
