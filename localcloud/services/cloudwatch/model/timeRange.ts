import { AwsError } from "../../../core/errors";

const MINUTE_S = 60;

/** Windows of a query: `count` windows of `period` milliseconds each, starting at `start`. */
export interface TimeRange {
  readonly start: number;
  readonly period: number;
  readonly count: number;
}

/**
 * Returns the windows of `[start, end)`. The start is rounded down to a whole minute, or to the period if that is
 * shorter.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
 */
export function timeRange(start: Date, end: Date, periodSeconds: number): TimeRange {
  if (start.getTime() >= end.getTime())
    throw new AwsError(
      "InvalidParameterValueException",
      "The parameter StartTime must be less than the parameter EndTime.",
    );
  const grain = Math.min(periodSeconds, MINUTE_S) * 1000;
  const from = Math.floor(start.getTime() / grain) * grain;
  const period = periodSeconds * 1000;
  return { start: from, period, count: Math.max(1, Math.ceil((end.getTime() - from) / period)) };
}

/** Refuses a period that is neither 1, 5, 10, 20 or 30 nor a multiple of 60 seconds. */
export function checkPeriod(period: number, member: string): number {
  if (Number.isInteger(period) && period > 0 && (period % MINUTE_S === 0 || isShort(period)))
    return period;
  throw new AwsError(
    "InvalidParameterValueException",
    `The parameter ${member} must be 1, 5, 10, 20, 30 or a multiple of 60 seconds.`,
  );
}

function isShort(period: number): boolean {
  return [1, 5, 10, 20, 30].includes(period);
}
