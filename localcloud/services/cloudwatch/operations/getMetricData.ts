import type {
  GetMetricDataCommandInput,
  GetMetricDataCommandOutput,
  MetricDataQuery,
  MetricDataResult,
} from "@aws-sdk/client-cloudwatch";
import { checkLength, checkPattern, required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
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
    // A time zone counts for the times in dynamic labels only, and those are refused.
    checkPattern(input.LabelOptions?.Timezone, "labelOptions.timezone", TIME_ZONE);
    // Every answer is complete, so that no token was ever handed out.
    if (input.NextToken !== undefined) throw invalidToken();
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
    checkSize(results, input.MaxDatapoints);
    return { MetricDataResults: results, Messages: [] };
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

/** Without a label a metric is called by its name, and by what tells it from the other queries. */
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

function checkSize(results: readonly MetricDataResult[], maxDatapoints = MAX_DATAPOINTS): void {
  const count = results.reduce((sum, { Values }) => sum + (Values?.length ?? 0), 0);
  if (count > Math.min(maxDatapoints, MAX_DATAPOINTS))
    throw new AwsError(
      "InvalidParameterValueException",
      `The answer has ${count} datapoints, more than MaxDatapoints (${maxDatapoints}); ` +
        "the local cloud does not page GetMetricData.",
    );
}
