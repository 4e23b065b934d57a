// What state an alarm is in, given the datapoints of its last periods: to try a threshold on recorded figures before an
// alarm has it. Pure.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarm-evaluation

export const deploymentOnlyModule = true;

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/** What an alarm looks at, in CloudWatch's words. */
export interface AlarmRule {
  readonly threshold: number;
  readonly comparisonOperator:
    | "GreaterThanThreshold"
    | "GreaterThanOrEqualToThreshold"
    | "LessThanThreshold"
    | "LessThanOrEqualToThreshold";
  /** N: periods that are looked at. */
  readonly evaluationPeriods: number;
  /** M: so many of them must breach. Default: all. */
  readonly datapointsToAlarm?: number;
  /** What a period without data counts as. Default "missing". */
  readonly treatMissingData?: "missing" | "breaching" | "notBreaching" | "ignore";
}

/** Older periods that stand in for late or missing ones: AWS's own example looks at 5 for an alarm of 3. */
const EXTRA_PERIODS = 2;

/**
 * The state after the last period of a series, as CloudWatch comes to it.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 *
 * @param series a value for each period, the newest last; undefined for one without data. Periods before the first are
 *   without data: an alarm that was just made has none.
 * @param before the state until then, which "ignore" keeps. Default: that of a new alarm.
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
      // A breach that nothing newer contradicts is enough once it is as old as the alarm asks for.
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
