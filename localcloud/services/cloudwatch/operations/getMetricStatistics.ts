import type {
  Datapoint,
  GetMetricStatisticsCommandInput,
  GetMetricStatisticsCommandOutput,
  StandardUnit,
} from "@aws-sdk/client-cloudwatch";
import { required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import type { Aggregate } from "../model/aggregate";
import { checkDimensions } from "../model/dimensions";
import { collectWindows, metricId } from "../model/metrics";
import { checkStatistic, computeStatistic, STATISTICS } from "../model/statistic";
import type { CloudwatchOperation } from "../store";
import { checkPeriod, timeRange } from "../model/timeRange";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html */
const MAX_DATAPOINTS = 1440;

export const getMetricStatistics: CloudwatchOperation<
  GetMetricStatisticsCommandInput,
  GetMetricStatisticsCommandOutput
> = {
  run(input, { store }) {
    const statistics = requestedStatistics(input);
    checkDimensions(input.Dimensions, "GetMetricStatistics");
    const range = timeRange(
      required(input.StartTime, "startTime"),
      required(input.EndTime, "endTime"),
      checkPeriod(required(input.Period, "period"), "Period"),
    );
    if (range.count > MAX_DATAPOINTS)
      throw new AwsError(
        "InvalidParameterCombinationException",
        `You have requested up to ${range.count.toLocaleString("en-US")} datapoints, which exceeds ` +
          "the limit of 1,440. You may reduce the datapoints requested by increasing Period, or " +
          "decreasing the time range.",
      );
    const metric = store.metrics.find(
      metricId(input.Namespace, input.MetricName, input.Dimensions),
    );
    const units = [...(metric?.units.keys() ?? [])].filter(
      (unit) => input.Unit === undefined || unit === input.Unit,
    );
    const Datapoints = units.flatMap((unit) =>
      collectWindows(metric, unit, range).flatMap((aggregate, index) =>
        aggregate.count === 0
          ? []
          : [datapoint(aggregate, statistics, range.start + index * range.period, unit)],
      ),
    );
    return { Label: input.MetricName, Datapoints };
  },
};

interface Statistics {
  readonly plain: readonly string[];
  readonly extended: readonly string[];
}

function requestedStatistics(input: GetMetricStatisticsCommandInput): Statistics {
  const plain = input.Statistics ?? [];
  const extended = input.ExtendedStatistics ?? [];
  if (plain.length + extended.length === 0)
    throw new AwsError(
      "InvalidParameterCombinationException",
      "At least one of the parameters Statistics and ExtendedStatistics must be specified.",
    );
  for (const one of plain) if (!STATISTICS.includes(one)) throw invalidStatistic(one, "Statistics");
  for (const one of extended) checkStatistic(one, "ExtendedStatistics");
  return { plain, extended };
}

function invalidStatistic(name: string, member: string): AwsError {
  return new AwsError(
    "InvalidParameterValueException",
    `The value ${name} for parameter ${member} is not supported.`,
  );
}

function datapoint(
  aggregate: Aggregate,
  { plain, extended }: Statistics,
  timestamp: number,
  unit: string,
): Datapoint {
  const compute = (names: readonly string[]): [string, number][] =>
    names.flatMap((name): [string, number][] => {
      const value = computeStatistic(aggregate, name);
      return value === undefined ? [] : [[name, value]];
    });
  return {
    Timestamp: new Date(timestamp),
    ...Object.fromEntries(compute(plain)),
    // The unit was checked when the data was put.
    Unit: unit as StandardUnit,
    ...(extended.length > 0 && { ExtendedStatistics: Object.fromEntries(compute(extended)) }),
  };
}
