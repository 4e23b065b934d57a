import type { PutMetricAlarmCommandInput } from "@aws-sdk/client-cloudwatch";
import { checkEnum, checkLength, checkRange, required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import { checkDimensions } from "./dimensions";
import { checkFunctions } from "./mathExpression";
import { checkQueries, expressionPeriod } from "./metricQuery";
import { checkStatistic, STATISTICS } from "./statistic";
import type { AlarmSettings, MetricAlarmSettings } from "../store";
import { checkPeriod } from "./timeRange";

type OwnSettings = Omit<MetricAlarmSettings, keyof AlarmSettings>;

const DAY_S = 86_400;
const WEEK_S = 7 * DAY_S;
const HOUR_S = 3600;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html */
const MAX_QUERIES = 20;
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create-alarm-on-metric-math-expression.html */
const MAX_METRICS = 10;

const OPERATORS = [
  "GreaterThanOrEqualToThreshold",
  "GreaterThanThreshold",
  "LessThanThreshold",
  "LessThanOrEqualToThreshold",
];

/** Validates the metric and threshold of PutMetricAlarm. @throws ValidationException */
export function metricAlarmSettings(input: PutMetricAlarmCommandInput): OwnSettings {
  refuseUnsupported(input);
  const operator = required(input.ComparisonOperator, "comparisonOperator");
  checkEnum(operator, "comparisonOperator", OPERATORS);
  const periods = required(input.EvaluationPeriods, "evaluationPeriods");
  const whole = { min: 1, max: Infinity };
  checkRange(periods, "evaluationPeriods", whole);
  checkRange(input.DatapointsToAlarm, "datapointsToAlarm", whole);
  if ((input.DatapointsToAlarm ?? 0) > periods)
    throw invalid("Datapoints To Alarm must be less than or equal to Evaluation Periods");
  checkEnum(input.TreatMissingData, "treatMissingData", [
    "breaching",
    "notBreaching",
    "ignore",
    "missing",
  ]);
  checkEnum(input.EvaluateLowSampleCountPercentile, "evaluateLowSampleCountPercentile", [
    "evaluate",
    "ignore",
  ]);
  const source = input.Metrics ? mathSource(input) : metricSource(input);
  checkSpan(periods, source.Period ?? expressionPeriod({ Id: "" }, source.Metrics ?? []));
  return {
    ...source,
    EvaluationPeriods: periods,
    Threshold: required(input.Threshold, "threshold"),
    ComparisonOperator: operator,
    ...given(input, ["DatapointsToAlarm", "TreatMissingData", "EvaluateLowSampleCountPercentile"]),
  };
}

/** Returns the settings of an alarm on one metric. */
function metricSource(input: PutMetricAlarmCommandInput): Partial<MetricAlarmSettings> {
  const { Statistic: statistic, ExtendedStatistic: extended } = input;
  required(input.MetricName, "metricName");
  required(input.Namespace, "namespace");
  if ((statistic === undefined) === (extended === undefined))
    throw invalid("Exactly one of Statistic and ExtendedStatistic must be specified.");
  checkEnum(statistic, "statistic", STATISTICS);
  if (extended !== undefined) checkStatistic(extended, "ExtendedStatistic");
  checkDimensions(input.Dimensions, "PutMetricAlarm");
  checkAlarmPeriod(required(input.Period, "period"));
  return {
    Dimensions: input.Dimensions ?? [],
    ...given(input, [
      "MetricName",
      "Namespace",
      "Statistic",
      "ExtendedStatistic",
      "Period",
      "Unit",
    ]),
  };
}

/** Returns the settings of an alarm on a metric math expression. */
function mathSource(input: PutMetricAlarmCommandInput): Partial<MetricAlarmSettings> {
  const queries = input.Metrics ?? [];
  for (const name of ["MetricName", "Namespace", "Period", "Statistic", "Dimensions"] as const)
    if (input[name] !== undefined)
      throw invalid(`Metrics and ${name} are mutually exclusive parameters.`);
  checkLength(queries, "metrics", { min: 1, max: MAX_QUERIES });
  if (queries.some(({ Expression = "" }) => /\bSEARCH\s*\(/i.test(Expression)))
    throw invalid("SEARCH is not supported on Metric Alarms.");
  checkQueries(queries, "Metrics");
  for (const { Expression } of queries) if (Expression !== undefined) checkFunctions(Expression);
  if (queries.filter(({ MetricStat }) => MetricStat).length > MAX_METRICS)
    throw invalid(`An alarm on a math expression can have at most ${MAX_METRICS} metrics.`);
  if (queries.filter((query) => query.ReturnData !== false).length !== 1)
    throw invalid("Exactly one element of the metrics list should return data.");
  const periods = new Set(queries.flatMap(({ MetricStat }) => MetricStat?.Period ?? []));
  if (periods.size > 1) throw invalid("All metrics of an alarm must have the same period.");
  for (const period of periods) checkAlarmPeriod(period);
  return { Metrics: queries };
}

function refuseUnsupported(input: PutMetricAlarmCommandInput): void {
  const options = [
    "ThresholdMetricId",
    "EvaluationWindow",
    "WarmUpConfiguration",
    "EvaluationCriteria",
    "EvaluationInterval",
    "ActionConfiguration",
  ] as const;
  for (const option of options)
    if (input[option] !== undefined)
      throw invalid(`The local cloud does not implement PutMetricAlarm with ${option}.`);
}

function checkAlarmPeriod(period: number): void {
  if (checkPeriod(period, "Period") < 10)
    throw invalid("Period must be 10, 20, 30 or a multiple of 60");
}

/** Checks how far back an alarm looks: at most a day, or a week for periods of an hour or more. */
function checkSpan(evaluationPeriods: number, period: number): void {
  const [limit, words] = period >= HOUR_S ? [WEEK_S, "seven days"] : [DAY_S, "a day"];
  if (evaluationPeriods * period > limit)
    throw invalid(
      `Metrics cannot be checked across more than ${words} (EvaluationPeriods * Period must be <= ${limit}).`,
    );
}

/** Returns only the members that are present in the request. */
function given<Name extends keyof PutMetricAlarmCommandInput>(
  input: PutMetricAlarmCommandInput,
  names: readonly Name[],
): Partial<Pick<PutMetricAlarmCommandInput, Name>> {
  const present: Partial<Pick<PutMetricAlarmCommandInput, Name>> = {};
  for (const name of names) if (input[name] !== undefined) present[name] = input[name];
  return present;
}

function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}
