import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { MetricRule, ScalingSettings, Signal } from "../../../callbacks/ecs/scaling/model";
import { childName } from "../../names";
import type { SourceMetric, SourceOfRule } from "./ruleSources";

/** A rule, and the metric that its alarms evaluate. */
export interface AlarmSubject {
  readonly rule: MetricRule;
  readonly source: SourceOfRule;
  /** Fewest and most tasks of all bounds that may apply at any time. */
  readonly fewest: number;
  readonly most: number;
}

/** Returns the subjects of a scaler's alarms: its rules, with the bounds that may apply at any time. */
export function subjectsOf(
  { min, max, schedules, rules }: ScalingSettings,
  sources: readonly AlarmSubject["source"][],
): AlarmSubject[] {
  const fewest = Math.min(min, ...schedules.map((one) => one.min));
  const most = Math.max(max, ...schedules.map((one) => one.max));
  return rules.map((rule, index) => {
    const source = sources[index];
    if (!source) throw new Error(`the rule ${rule.name} has no source`);
    return { rule, source, fewest, most };
  });
}

export type NamedAlarm = readonly [suffix: string, alarm: aws.cloudwatch.MetricAlarm];

export interface ScalingAlarms {
  /** Alarms that request more tasks, by the suffix of their names. */
  readonly high: readonly NamedAlarm[];
  /** Alarms that request fewer tasks. */
  readonly low: readonly NamedAlarm[];
}

/**
 * Creates the alarms that call the scaler. They decide nothing: for a metric that the tasks share, an alarm means only
 * that a change may be needed at some count between the bounds.
 */
export function createScalingAlarms(
  name: string,
  subjects: readonly AlarmSubject[],
  args: {
    readonly wakes: pulumi.Input<string>;
    /** The kind of scaler in words: `task scaler`. */
    readonly kind: string;
    readonly tags?: aws.cloudwatch.MetricAlarmArgs["tags"];
  },
  opts: pulumi.CustomResourceOptions,
): ScalingAlarms {
  const create = (subject: AlarmSubject, kind: "high" | "low"): NamedAlarm[] => {
    const { rule, source } = subject;
    const signal = kind === "high" ? rule.out : rule.in;
    if (!signal) return [];
    const suffix = `${rule.name}-${kind}`;
    const alarm = new aws.cloudwatch.MetricAlarm(
      childName(name, suffix),
      {
        name: alarmName(name, rule, kind),
        alarmDescription: `Calls the ${args.kind} ${name}: ${rule.name} ${kind === "high" ? "above" : "below"} ${signal.threshold}. It may stay in ALARM at a bound.`,
        ...metricOf(source, signal.period),
        comparisonOperator: kind === "high" ? "GreaterThanThreshold" : "LessThanThreshold",
        threshold: thresholdOf(subject, signal, kind),
        evaluationPeriods: signal.of,
        datapointsToAlarm: signal.datapoints,
        // A missing metric requests nothing.
        treatMissingData: "missing",
        alarmActions: [args.wakes],
        tags: args.tags,
      },
      opts,
    );
    return [[suffix, alarm]];
  };
  return {
    high: subjects.flatMap((subject) => create(subject, "high")),
    low: subjects.flatMap((subject) => create(subject, "low")),
  };
}

/** Returns the name of a rule's alarm: the function must know it before the alarm exists and calls it. */
export function alarmName(name: string, rule: MetricRule, kind: "high" | "low"): string {
  return [pulumi.getProject(), pulumi.getStack(), name, rule.name, kind].join("-");
}

/** The id of a calculation's result. */
export const RESULT_ID = "value";

/** Returns the metric of an alarm, plain or calculated. */
export function metricOf(
  source: SourceOfRule,
  period: number,
): Partial<aws.cloudwatch.MetricAlarmArgs> {
  if ("metric" in source) {
    const { statistic, ...metric } = source.metric;
    return { ...metric, ...statisticOf(statistic), period };
  }
  const parts = Object.entries(source.metrics);
  return {
    metricQueries: [
      { id: RESULT_ID, expression: source.expression, label: RESULT_ID, returnData: true },
      ...parts.map(([id, metric]) => ({ id, metric: partOf(metric, period) })),
    ],
  };
}

function partOf({ statistic, ...metric }: SourceMetric, period: number) {
  return { ...metric, stat: statistic, period };
}

function statisticOf(statistic: string): Partial<aws.cloudwatch.MetricAlarmArgs> {
  const isPlain = /^(SampleCount|Average|Sum|Minimum|Maximum)$/.test(statistic);
  return isPlain ? { statistic } : { extendedStatistic: statistic };
}

function thresholdOf(
  { rule, fewest, most }: AlarmSubject,
  { threshold }: Signal,
  kind: "high" | "low",
): number {
  if (rule.kind === "average") return threshold;
  return threshold * (kind === "high" ? fewest : most);
}
