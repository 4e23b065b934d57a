import type { MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { stateReason, stateReasonData, type AlarmPoint } from "./alarmReason";
import {
  EXTRA_POINTS,
  evaluateDatapoints,
  type AlarmCondition,
  type MissingData,
} from "./evaluateDatapoints";
import { seriesOf } from "./mathValue";
import { evaluateQuery, expressionPeriod, queryMetrics } from "./metricQuery";
import { percentileOf } from "./statistic";
import type { AlarmState, CloudwatchStore, MetricAlarm, MetricAlarmSettings } from "../store";
import type { TimeRange } from "./timeRange";

/** Evaluation interval of alarms; high-resolution alarms (period under a minute) use a shorter one. */
export const MINUTE_MS = 60_000;
export const HIGH_RESOLUTION_MS = 10_000;

export function isHighResolution(settings: MetricAlarmSettings): boolean {
  return alarmPeriod(settings) < 60;
}

/** Returns the new state of the alarm; undefined if it does not change. */
export function evaluateAlarm(alarm: MetricAlarm, store: CloudwatchStore): AlarmState | undefined {
  const { settings } = alarm;
  const now = store.scope.clock.date();
  const points = readPoints(settings, store, now.getTime());
  const condition = conditionOf(settings);
  if (hasTooFewSamples(points, settings)) return undefined;
  const evaluation = evaluateDatapoints(
    points.map(({ value }) => value),
    condition,
  );
  const { state } = evaluation;
  if (state === "keep" || state === alarm.state.value) return undefined;
  return {
    value: state,
    reason: stateReason(state, alarm.state.value, points, evaluation, condition),
    reasonData: stateReasonData(points, evaluation, settings, now),
    timestamp: now,
  };
}

/** Returns the period of an alarm in seconds. */
export function alarmPeriod(settings: MetricAlarmSettings): number {
  if (settings.Period !== undefined) return settings.Period;
  const queries = settings.Metrics ?? [];
  return expressionPeriod(returned(queries), queries);
}

/** Returns the evaluation range of the alarm, newest first. */
function readPoints(
  settings: MetricAlarmSettings,
  store: CloudwatchStore,
  now: number,
): AlarmPoint[] {
  const step = isHighResolution(settings) ? HIGH_RESOLUTION_MS : MINUTE_MS;
  const end = Math.floor(now / step) * step;
  const count = settings.EvaluationPeriods + EXTRA_POINTS;
  const rangeOf = (seconds: number): TimeRange => ({
    start: end - count * seconds * 1000,
    period: seconds * 1000,
    count,
  });
  const queries = settings.Metrics ?? [singleQuery(settings)];
  const query = returned(queries);
  const range = rangeOf(alarmPeriod(settings));
  const metrics = queryMetrics(queries, store, rangeOf);
  const [values] = seriesOf(evaluateQuery(query, queries, metrics, range));
  const samples = metrics.get(query.Id ?? "")?.samples;
  return Array.from({ length: count }, (_, index) => {
    const timestamp = range.start + (count - 1 - index) * range.period;
    return { timestamp, value: values?.get(timestamp), samples: samples?.get(timestamp) };
  });
}

function singleQuery(settings: MetricAlarmSettings): MetricDataQuery {
  const { Namespace, MetricName, Dimensions, Period, Unit } = settings;
  return {
    Id: "m1",
    MetricStat: {
      Metric: { Namespace, MetricName, Dimensions },
      Period,
      Stat: settings.Statistic ?? settings.ExtendedStatistic,
      ...(Unit !== undefined && { Unit }),
    },
  };
}

function returned(queries: readonly MetricDataQuery[]): MetricDataQuery {
  return queries.find((query) => query.ReturnData !== false) ?? queries[0];
}

function conditionOf(settings: MetricAlarmSettings): AlarmCondition {
  return {
    EvaluationPeriods: settings.EvaluationPeriods,
    ...(settings.DatapointsToAlarm !== undefined && {
      DatapointsToAlarm: settings.DatapointsToAlarm,
    }),
    Threshold: settings.Threshold,
    ComparisonOperator: settings.ComparisonOperator,
    // Alarms on DynamoDB's metrics always ignore missing data, regardless of their setting.
    TreatMissingData:
      settings.Namespace === "AWS/DynamoDB" ? "ignore" : missingData(settings.TreatMissingData),
  };
}

function missingData(text: string | undefined): MissingData {
  return text === "ignore" || text === "breaching" || text === "notBreaching" ? text : "missing";
}

/**
 * Checks whether a percentile has too few samples; with `ignore`, those do not change the state.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/percentiles-with-low-samples.html
 */
function hasTooFewSamples(points: readonly AlarmPoint[], settings: MetricAlarmSettings): boolean {
  const percentile = percentileOf(settings.ExtendedStatistic ?? "");
  if (percentile === undefined || settings.EvaluateLowSampleCountPercentile !== "ignore")
    return false;
  const share = percentile / 100;
  const samples = points
    .slice(0, settings.EvaluationPeriods)
    .reduce((sum, point) => sum + (point.samples ?? 0), 0);
  return samples > 0 && samples < 10 / (share >= 0.5 ? 1 - share : share);
}
