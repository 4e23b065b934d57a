import type { ComparisonOperator, StateValue } from "@aws-sdk/client-cloudwatch";

/** The condition of a metric alarm, independent of the source of its data. */
export interface AlarmCondition {
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly Threshold: number;
  readonly ComparisonOperator: ComparisonOperator;
  readonly TreatMissingData: MissingData;
}

export type MissingData = "missing" | "ignore" | "breaching" | "notBreaching";

/** The result of an evaluation; `keep` leaves the alarm's state unchanged. */
export interface Evaluation {
  readonly state: StateValue | "keep";
  /** Indexes of the evaluated values, newest first. */
  readonly evaluated: readonly number[];
  /** Number of missing points that were filled in. */
  readonly filled: number;
}

/**
 * Points read in addition to the evaluation periods, so that a late or missing one does not change the state; AWS's
 * example reads 5 for 3.
 */
export const EXTRA_POINTS = 2;

/**
 * Decides the state from the values of the evaluation range, newest first, undefined where missing.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function evaluateDatapoints(
  values: readonly (number | undefined)[],
  condition: AlarmCondition,
): Evaluation {
  const needed = condition.EvaluationPeriods;
  const toAlarm = condition.DatapointsToAlarm ?? needed;
  const real = values.flatMap((value, index) => (value === undefined ? [] : [index]));
  const evaluated = real.slice(0, needed);
  const breaching = evaluated.filter((index) => isBreaching(values[index], condition));
  const filled = needed - evaluated.length;
  const evaluatedAs = (state: Evaluation["state"]): Evaluation => ({ state, evaluated, filled });
  if (breaching.length >= toAlarm) return evaluatedAs("ALARM");
  if (filled === 0) return evaluatedAs("OK");
  switch (condition.TreatMissingData) {
    case "breaching":
      return evaluatedAs(breaching.length + filled >= toAlarm ? "ALARM" : "OK");
    case "notBreaching":
      return evaluatedAs("OK");
    case "ignore":
      return evaluatedAs(breaching.length < evaluated.length ? "OK" : "keep");
    case "missing":
      if (breaching.length < evaluated.length) return evaluatedAs("OK");
      // A breach without newer data triggers the alarm once it is old enough.
      return evaluatedAs(
        evaluated.length > 0 && evaluated[evaluated.length - 1] >= toAlarm - 1
          ? "ALARM"
          : "INSUFFICIENT_DATA",
      );
  }
}

export function isBreaching(value: number | undefined, condition: AlarmCondition): boolean {
  if (value === undefined) return false;
  switch (condition.ComparisonOperator) {
    case "GreaterThanThreshold":
      return value > condition.Threshold;
    case "GreaterThanOrEqualToThreshold":
      return value >= condition.Threshold;
    case "LessThanThreshold":
      return value < condition.Threshold;
    case "LessThanOrEqualToThreshold":
      return value <= condition.Threshold;
    default:
      return false;
  }
}
