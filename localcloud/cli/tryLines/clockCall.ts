import type { ResourceState } from "../../engine/state/state";
import type { ApiCall } from "./apiCalls";

const SCHEDULE = "aws:scheduler/schedule:Schedule";
const UNITS: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};
/** A longer step would take too long for a user who pastes the line. */
const LONGEST = 86_400_000;

/**
 * Returns the call that advances the clock until every schedule with a rate runs once; empty without such a schedule.
 */
export function clockCalls(
  endpoint: string,
  resources: readonly ResourceState[],
): Pick<ApiCall, "method" | "url" | "body">[] {
  const periods = resources
    .filter(({ type, inputs }) => type === SCHEDULE && inputs.state !== "DISABLED")
    .map(({ inputs }) => periodOf(String(inputs.scheduleExpression)))
    .filter((period) => period > 0 && period <= LONGEST);
  if (periods.length === 0) return [];
  const body = { advanceMs: Math.max(...periods) };
  return [{ method: "POST", url: `${endpoint}/_localcloud/clock`, body }];
}

/** Returns the milliseconds of a rate; 0 for other expressions. */
function periodOf(expression: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  return unit === undefined ? 0 : Number(count) * UNITS[unit];
}
