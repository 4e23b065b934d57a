import type { Datapoint, Signal } from "./model";

export const deploymentOnlyModule = true;

/** Datapoints may come so many periods late before a metric counts as gone. */
const LATE_PERIODS = 2;
/** Seconds; high-resolution metrics are as late as others. */
const LEAST_LATENESS = 120;

/** Seconds before now from which on the datapoints of a signal matter. */
export function windowOf({ period, of }: Pick<Signal, "period" | "of">): number {
  return (of + 1) * period + latenessOf(period);
}

/**
 * What of a metric can be decided on: whole periods only, and nothing when the newest of them is so old that the metric
 * is gone.
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
  // A gap is no reason to look further back than CloudWatch does.
  return complete.filter(({ time }) => time > newest.time - of * period * 1000);
}

function latenessOf(period: number): number {
  return Math.max(LEAST_LATENESS, LATE_PERIODS * period);
}
