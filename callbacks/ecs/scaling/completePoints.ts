import type { Datapoint, Signal } from "./model";

export const deploymentOnlyModule = true;

/** Datapoints may be this many periods late before a metric counts as missing. */
const LATE_PERIODS = 2;
/** Seconds; high-resolution metrics are as late as others. */
const LEAST_LATENESS = 120;

/** Returns how many seconds back the datapoints of a signal matter. */
export function windowOf({ period, of }: Pick<Signal, "period" | "of">): number {
  return (of + 1) * period + latenessOf(period);
}

/**
 * Returns the datapoints to decide on: complete periods only, and none when the newest is so old that the metric counts
 * as missing.
 */
export function completePoints(
  points: readonly Datapoint[],
  { period, of }: Pick<Signal, "period" | "of">,
  now: number,
): Datapoint[] {
  const complete = points
    .filter(
      ({ time }) => time + period * 1000 <= now && time >= now - windowOf({ period, of }) * 1000,
    )
    .sort((a, b) => a.time - b.time);
  const newest = complete.at(-1);
  if (!newest || newest.time + (period + latenessOf(period)) * 1000 < now) return [];
  // Gaps do not extend the window: CloudWatch does not look further back either.
  return complete.filter(({ time }) => time > newest.time - of * period * 1000);
}

function latenessOf(period: number): number {
  return Math.max(LEAST_LATENESS, LATE_PERIODS * period);
}
