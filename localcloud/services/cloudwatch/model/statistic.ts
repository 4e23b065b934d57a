import { AwsError } from "../../../core/errors";
import { valuesOf, type Aggregate } from "./aggregate";

/** Statistics that are available for every aggregate. */
export const STATISTICS: readonly string[] = [
  "SampleCount",
  "Average",
  "Sum",
  "Minimum",
  "Maximum",
];

/** Returns the percentile in names such as `p99` or `p99.9`, 0 to 100; undefined for other names. */
export function percentileOf(statistic: string): number | undefined {
  const match = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/.exec(statistic);
  return match ? Number(match[1]) : undefined;
}

/**
 * Refuses a statistic that this cloud does not compute (trimmed means, percentile ranks).
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 */
export function checkStatistic(statistic: string, member: string): string {
  if (STATISTICS.includes(statistic) || percentileOf(statistic) !== undefined) return statistic;
  const known = /^(tm|wm|tc|ts|TM|WM|TC|TS|PR|IQM)/.test(statistic);
  throw new AwsError(
    "InvalidParameterValueException",
    known
      ? `The local cloud does not implement the statistic ${statistic} (parameter ${member}).`
      : `The value ${statistic} for parameter ${member} is not supported.`,
  );
}

/** Computes a statistic; undefined without data, or for a percentile of unknown values. */
export function computeStatistic(aggregate: Aggregate, statistic: string): number | undefined {
  if (aggregate.count === 0) return undefined;
  switch (statistic) {
    case "SampleCount":
      return aggregate.count;
    case "Average":
      return aggregate.sum / aggregate.count;
    case "Sum":
      return aggregate.sum;
    case "Minimum":
      return aggregate.min;
    case "Maximum":
      return aggregate.max;
    default:
      return percentile(aggregate, percentileOf(statistic) ?? 0);
  }
}

/** Returns the smallest value that at least `rank` percent of the samples do not exceed. */
function percentile(aggregate: Aggregate, rank: number): number | undefined {
  const sorted = [...valuesOf(aggregate)].sort(([a], [b]) => a - b);
  const wanted = (rank / 100) * aggregate.count;
  let seen = 0;
  for (const [value, count] of sorted) {
    seen += count;
    if (seen >= wanted) return value;
  }
  return sorted[sorted.length - 1]?.[0];
}
