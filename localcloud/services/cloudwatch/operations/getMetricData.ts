import type {
  GetMetricDataCommandInput,
  GetMetricDataCommandOutput,
  MetricDataQuery,
  MetricDataResult,
} from "@aws-sdk/client-cloudwatch";
import { checkLength, checkPattern, checkRange, required } from "../../../core/constraint";
import { invalidToken } from "./listMetrics";
import { mathError } from "../model/mathParser";
import { seriesOf, type Points } from "../model/mathValue";
import {
  checkQueries,
  evaluateQuery,
  expressionPeriod,
  queryMetrics,
  type QueriedMetric,
} from "../model/metricQuery";
import type { CloudwatchOperation } from "../store";
import { timeRange } from "../model/timeRange";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const MAX_QUERIES = 500;
const MAX_DATAPOINTS = 100_800;
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_LabelOptions.html */
const TIME_ZONE = /^[+-]\d{4}$/;

export const getMetricData: CloudwatchOperation<
  GetMetricDataCommandInput,
  GetMetricDataCommandOutput
> = {
  run(input, { store }) {
    const queries = required(input.MetricDataQueries, "metricDataQueries");
    checkLength(queries, "metricDataQueries", { min: 1, max: MAX_QUERIES });
    checkQueries(queries, "MetricDataQueries");
    // The time zone matters only for times in dynamic labels, which are refused.
    checkPattern(input.LabelOptions?.Timezone, "labelOptions.timezone", TIME_ZONE);
    const start = required(input.StartTime, "startTime");
    const end = required(input.EndTime, "endTime");
    const metrics = queryMetrics(queries, store, (period) => timeRange(start, end, period));
    const results = queries
      .filter((query) => query.ReturnData !== false)
      .flatMap((query) => {
        const range = timeRange(start, end, expressionPeriod(query, queries));
        const value = evaluateQuery(query, queries, metrics, range);
        if (value.kind === "scalar")
          throw mathError(
            query.Expression ?? "",
            "the result is a number; only time series can be returned",
          );
        const metric = metrics.get(query.Id ?? "");
        return seriesOf(value).map((points) =>
          result(points, query, { label: labelOf(query, queries), metric, scanBy: input.ScanBy }),
        );
      });
    return { ...pageOf(results, input), Messages: [] };
  },
};

function result(
  points: Points,
  query: MetricDataQuery,
  extra: { label: string; metric: QueriedMetric | undefined; scanBy: string | undefined },
): MetricDataResult {
  const direction = extra.scanBy === "TimestampAscending" ? 1 : -1;
  const sorted = [...points].sort(([a], [b]) => direction * (a - b));
  const units = extra.metric?.units ?? [];
  return {
    Id: query.Id,
    Label: extra.label,
    Timestamps: sorted.map(([timestamp]) => new Date(timestamp)),
    Values: sorted.map(([, value]) => value),
    StatusCode: "Complete",
    ...(units.length > 1 && {
      Messages: [
        { Code: "MultipleUnits", Value: `Multiple units returned: '[${units.join(", ")}]'` },
      ],
    }),
  };
}

/** Returns the default label of a metric: its name, with what distinguishes it from the other queries. */
function labelOf(query: MetricDataQuery, queries: readonly MetricDataQuery[]): string {
  if (query.Label !== undefined && query.Label !== "") return query.Label;
  const { MetricStat: stat } = query;
  if (!stat) return query.Id ?? "";
  const differs = (read: (one: NonNullable<MetricDataQuery["MetricStat"]>) => unknown): boolean =>
    new Set(queries.flatMap(({ MetricStat }) => (MetricStat ? [read(MetricStat)] : []))).size > 1;
  return [
    stat.Metric?.MetricName,
    ...(differs((one) => one.Stat) ? [stat.Stat] : []),
    ...(differs((one) => one.Period) ? [stat.Period] : []),
  ].join(" ");
}

/**
 * Returns one page with the maximum number of datapoints, counted across all results. The token is the number of
 * previous datapoints, so data that arrives between two pages may shift them, as on AWS.
 */
function pageOf(
  results: readonly MetricDataResult[],
  { MaxDatapoints, NextToken }: GetMetricDataCommandInput,
): Pick<GetMetricDataCommandOutput, "MetricDataResults" | "NextToken"> {
  checkRange(MaxDatapoints, "maxDatapoints", { min: 1, max: Infinity });
  const from = NextToken === undefined ? 0 : readToken(NextToken);
  const to = from + Math.min(MaxDatapoints ?? MAX_DATAPOINTS, MAX_DATAPOINTS);
  const shown: MetricDataResult[] = [];
  let start = 0;
  for (const one of results) {
    const { Timestamps = [], Values = [] } = one;
    const end = start + Values.length;
    const [first, last] = [Math.max(from, start) - start, Math.min(to, end) - start];
    // A result without data appears once, on the page of its position.
    if (first < last || (start === end && start >= from && start < to))
      shown.push({
        ...one,
        Timestamps: Timestamps.slice(first, last),
        Values: Values.slice(first, last),
        ...(end > to && { StatusCode: "PartialData" }),
      });
    start = end;
  }
  return { MetricDataResults: shown, ...(start > to && { NextToken: writeToken(to) }) };
}

const TOKEN_MARK = "datapoints:";

function writeToken(datapoints: number): string {
  return Buffer.from(`${TOKEN_MARK}${datapoints}`).toString("base64url");
}

function readToken(token: string): number {
  const text = Buffer.from(token, "base64url").toString();
  const count = text.startsWith(TOKEN_MARK) ? Number(text.slice(TOKEN_MARK.length)) : NaN;
  if (!Number.isInteger(count) || count <= 0) throw invalidToken();
  return count;
}
