import type { MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { checkPattern, required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import { evaluateMath, FILL_KEYWORDS, namesIn } from "./mathExpression";
import { mathError, parseMath } from "./mathParser";
import { series, type MathValue, type Points } from "./mathValue";
import { metricId, queryMetric } from "./metrics";
import { checkStatistic, computeStatistic } from "./statistic";
import type { CloudwatchStore } from "../store";
import { checkPeriod, type TimeRange } from "./timeRange";

/** A metric of a query: its points, the number of samples behind them, and the units that were mixed. */
export interface QueriedMetric {
  readonly points: Points;
  /** Number of samples of each point. */
  readonly samples: Points;
  readonly units: readonly string[];
}

/** Checks a set of queries; GetMetricData and PutMetricAlarm share these rules. */
export function checkQueries(queries: readonly MetricDataQuery[], member: string): void {
  const ids = new Set<string>();
  for (const query of queries) {
    const id = required(query.Id, `${member}.Id`);
    checkPattern(id, `${member}.Id`, /^[a-z][a-zA-Z0-9_]*$/);
    if (ids.has(id)) throw invalid(`The values for parameter id in ${member} are not unique.`);
    ids.add(id);
    checkQuery(query, member);
  }
  for (const { Expression } of queries) {
    if (Expression === undefined || /^\s*SELECT\b/i.test(Expression)) continue;
    for (const name of namesIn(parseMath(Expression)))
      if (!ids.has(name) && !FILL_KEYWORDS.includes(name))
        throw mathError(Expression, `no metric or expression has the id ${name}`);
  }
}

/** Returns the points of every metric of the queries, by id. */
export function queryMetrics(
  queries: readonly MetricDataQuery[],
  store: CloudwatchStore,
  rangeOf: (periodSeconds: number) => TimeRange,
): Map<string, QueriedMetric> {
  const metrics = new Map<string, QueriedMetric>();
  for (const { Id, MetricStat: stat } of queries) {
    if (!stat || Id === undefined) continue;
    const { Namespace, MetricName, Dimensions } = stat.Metric ?? {};
    const range = rangeOf(stat.Period ?? 60);
    const metric = store.metrics.find(metricId(Namespace, MetricName, Dimensions));
    const { windows, units } = queryMetric(metric, stat.Unit, range);
    const points = new Map<number, number>();
    const samples = new Map<number, number>();
    windows.forEach((aggregate, index) => {
      const value = computeStatistic(aggregate, stat.Stat ?? "");
      const timestamp = range.start + index * range.period;
      if (value === undefined) return;
      points.set(timestamp, value);
      samples.set(timestamp, aggregate.count);
    });
    metrics.set(Id, { points, samples, units });
  }
  return metrics;
}

/** Returns the value of one query: a metric's points, or the result of its expression. */
export function evaluateQuery(
  query: MetricDataQuery,
  queries: readonly MetricDataQuery[],
  metrics: ReadonlyMap<string, QueriedMetric>,
  range: TimeRange,
): MathValue {
  const points = new Map([...metrics].map(([id, one]) => [id, one.points]));
  const pending = new Set<string>();
  const value = (id: string): MathValue | undefined => {
    const known = points.get(id);
    if (known) return series(known);
    const expression = queries.find((one) => one.Id === id)?.Expression;
    if (expression === undefined) return undefined;
    if (pending.has(id)) throw mathError(expression, `${id} depends on itself`);
    pending.add(id);
    const result = evaluateMath(expression, { range, metrics: points, lookup: value });
    pending.delete(id);
    return result;
  };
  return value(query.Id ?? "") ?? series(new Map());
}

/** Returns the period of an expression in seconds: its own, or the shortest of the metrics'. */
export function expressionPeriod(
  query: MetricDataQuery,
  queries: readonly MetricDataQuery[],
): number {
  const periods = queries.flatMap(({ MetricStat }) => MetricStat?.Period ?? []);
  return query.Period ?? (periods.length > 0 ? Math.min(...periods) : 60);
}

function checkQuery(query: MetricDataQuery, member: string): void {
  if ((query.MetricStat === undefined) === (query.Expression === undefined))
    throw new AwsError(
      "InvalidParameterCombinationException",
      `Exactly one of the parameters ${member}.MetricStat and ${member}.Expression must be specified.`,
    );
  if (query.AccountId !== undefined)
    throw invalid("The local cloud does not implement metrics of other accounts (AccountId).");
  if (query.Label?.includes("${"))
    throw invalid(`The local cloud does not implement dynamic labels (${query.Label}).`);
  if (query.Period !== undefined) checkPeriod(query.Period, `${member}.Period`);
  if (!query.MetricStat) return;
  const { Metric, Period, Stat } = query.MetricStat;
  required(required(Metric, `${member}.Metric`).MetricName, `${member}.MetricName`);
  checkPeriod(required(Period, `${member}.Period`), `${member}.Period`);
  checkStatistic(required(Stat, `${member}.Stat`), `${member}.Stat`);
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidParameterValueException", message);
}
