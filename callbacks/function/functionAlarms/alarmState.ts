// Computes the state of an alarm from the datapoints of its last periods, to test a threshold on recorded data before
// an alarm uses it. Pure.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarm-evaluation

export const deploymentOnlyModule = true;

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/** Settings of an alarm, in CloudWatch's words. */
export interface AlarmRule {
  readonly threshold: number;
  readonly comparisonOperator:
    | "GreaterThanThreshold"
    | "GreaterThanOrEqualToThreshold"
    | "LessThanThreshold"
    | "LessThanOrEqualToThreshold";
  /** N: periods that are evaluated. */
  readonly evaluationPeriods: number;
  /** M: how many of them must breach. Default: all. */
  readonly datapointsToAlarm?: number;
  /** How a period without data is treated. Default "missing". */
  readonly treatMissingData?: "missing" | "breaching" | "notBreaching" | "ignore";
}

/** Older periods that replace late or missing ones: AWS's own example evaluates 5 for an alarm of 3. */
const EXTRA_PERIODS = 2;

/**
 * Returns the state after the last period of a series, as CloudWatch computes it.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 *
 * @param series a value for each period, the newest last; undefined for a period without data. Periods before the first
 *   are without data: a new alarm has none.
 * @param before the state before, which "ignore" keeps. Default: that of a new alarm.
 */
export function alarmState(
  series: readonly (number | undefined)[],
  rule: AlarmRule,
  before: AlarmState = "INSUFFICIENT_DATA",
): AlarmState {
  const { evaluationPeriods, datapointsToAlarm = evaluationPeriods, treatMissingData } = rule;
  const newestFirst = series.slice(-(evaluationPeriods + EXTRA_PERIODS)).reverse();
  const ages = newestFirst.flatMap((value, age) => (value === undefined ? [] : [age]));
  const judged = ages.slice(0, evaluationPeriods);
  const missing = evaluationPeriods - judged.length;
  const breaching = judged.filter((age) => breaches(newestFirst[age] ?? NaN, rule)).length;
  if (breaching >= datapointsToAlarm) return "ALARM";
  if (missing === 0) return "OK";
  const allBreach = breaching === judged.length;
  switch (treatMissingData ?? "missing") {
    case "breaching":
      return breaching + missing >= datapointsToAlarm ? "ALARM" : "OK";
    case "notBreaching":
      return "OK";
    case "ignore":
      return allBreach ? before : "OK";
    case "missing": {
      if (!allBreach) return "OK";
      // A breach that nothing newer contradicts is enough once it is at least `datapointsToAlarm` periods old.
      const oldest = judged.at(-1);
      return oldest !== undefined && oldest >= datapointsToAlarm - 1
        ? "ALARM"
        : "INSUFFICIENT_DATA";
    }
  }
}

function breaches(value: number, { comparisonOperator, threshold }: AlarmRule): boolean {
  switch (comparisonOperator) {
    case "GreaterThanThreshold":
      return value > threshold;
    case "GreaterThanOrEqualToThreshold":
      return value >= threshold;
    case "LessThanThreshold":
      return value < threshold;
    case "LessThanOrEqualToThreshold":
      return value <= threshold;
  }
}
