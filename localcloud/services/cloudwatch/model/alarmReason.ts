import type { StateValue } from "@aws-sdk/client-cloudwatch";
import { alarmTime, count, javaDouble, reasonTime } from "./alarmText";
import { isBreaching, type AlarmCondition, type Evaluation } from "./evaluateDatapoints";
import type { MetricAlarmSettings } from "../store";

/** One period of an alarm's evaluation range. */
export interface AlarmPoint {
  readonly timestamp: number;
  readonly value?: number;
  readonly samples?: number;
}

const COMPARISONS: Readonly<Record<string, string>> = {
  GreaterThanThreshold: "greater than",
  GreaterThanOrEqualToThreshold: "greater than or equal to",
  LessThanThreshold: "less than",
  LessThanOrEqualToThreshold: "less than or equal to",
};

/** Returns the reason of a change, with CloudWatch's text; `points` are newest first. */
export function stateReason(
  state: StateValue,
  oldState: StateValue,
  points: readonly AlarmPoint[],
  evaluation: Evaluation,
  condition: AlarmCondition,
): string {
  const { evaluated, filled } = evaluation;
  if (state === "INSUFFICIENT_DATA")
    return `Insufficient Data: ${count(condition.EvaluationPeriods, "datapoint")} ${verb(condition.EvaluationPeriods)} unknown.`;
  const treatment = missingTreatment(filled, condition);
  if (evaluated.length === 0)
    return `Threshold Crossed: no datapoints were received for ${count(condition.EvaluationPeriods, "period")} and ${treatment}.`;
  const values = evaluated.map((index) => points[index]);
  const counted = values.filter(
    ({ value }) => isBreaching(value, condition) === (state === "ALARM"),
  );
  const shown = (condition.DatapointsToAlarm === undefined ? values : counted)
    .map(({ value = NaN, timestamp }) => `${javaDouble(value)} (${reasonTime(timestamp)})`)
    .join(", ");
  const not = state === "ALARM" ? "" : "not ";
  const comparison = `${not}${COMPARISONS[condition.ComparisonOperator]} the threshold (${javaDouble(condition.Threshold)})`;
  const missing = treatment && ` and ${treatment}`;
  if (condition.DatapointsToAlarm === undefined)
    return `Threshold Crossed: ${count(values.length, "datapoint")} [${shown}] ${verb(values.length)} ${comparison}${missing}.`;
  const needed =
    state === "ALARM"
      ? condition.DatapointsToAlarm
      : condition.EvaluationPeriods - condition.DatapointsToAlarm + 1;
  return (
    `Threshold Crossed: ${counted.length} out of the last ${count(condition.EvaluationPeriods, "datapoint")} [${shown}] ` +
    `${verb(counted.length)} ${comparison}${missing} (minimum ${count(needed, "datapoint")} for ${oldState} -> ${state} transition).`
  );
}

/** Returns the same reason as JSON text. */
export function stateReasonData(
  points: readonly AlarmPoint[],
  evaluation: Evaluation,
  settings: MetricAlarmSettings,
  now: Date,
): string {
  const evaluated = evaluation.evaluated.map((index) => points[index]);
  // Periods without data are listed too, newest first like the others.
  const listed = evaluated.length > 0 ? evaluated : points.slice(0, settings.EvaluationPeriods);
  const oldest = evaluated[evaluated.length - 1];
  return JSON.stringify({
    version: "1.0",
    queryDate: alarmTime(now),
    ...(oldest && { startDate: alarmTime(new Date(oldest.timestamp)) }),
    ...(settings.Unit !== undefined && { unit: settings.Unit }),
    ...(settings.Metrics === undefined && {
      statistic: settings.Statistic ?? settings.ExtendedStatistic,
    }),
    period: settings.Period,
    recentDatapoints: evaluated.map(({ value }) => value).reverse(),
    threshold: settings.Threshold,
    evaluatedDatapoints: listed.map(({ timestamp, samples, value }) => ({
      timestamp: alarmTime(new Date(timestamp)),
      ...(samples !== undefined && { sampleCount: samples }),
      ...(value !== undefined && { value }),
    })),
  });
}

function missingTreatment(filled: number, { TreatMissingData }: AlarmCondition): string {
  const name = { breaching: "Breaching", notBreaching: "NonBreaching", missing: "", ignore: "" }[
    TreatMissingData
  ];
  return filled > 0 && name !== ""
    ? `${count(filled, "missing datapoint")} ${verb(filled)} treated as [${name}]`
    : "";
}

function verb(number: number): string {
  return number === 1 ? "was" : "were";
}
