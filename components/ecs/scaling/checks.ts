import * as pulumi from "@pulumi/pulumi";
import type { MetricRule, Signal } from "../../../callbacks/ecs/scaling/model";
import { CALLBACK_CHECKS } from "../../function/callbackOptions";
import { scheduleProblem } from "../../function/triggers/schedule";
import {
  anything,
  argumentError,
  boolean,
  checkInteger,
  checkKeys,
  describedError,
  immediate,
  integer,
  oneOf,
} from "../../validation";
import { RETENTION_DAYS } from "../../retention";
import type { LimitArgs, RuleArgs } from "./args";
import { checkScaleIn, checkScaleOut } from "./givenChecks";
import { checkAlarmActions, checkTags } from "../../function/sharedChecks";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html (Period, EvaluationPeriods) */
const DAY = 86_400;
const SHORT_PERIODS = [10, 20, 30];
/** The function's environment has no room for more. */
const MOST_METRICS = 5;
/** More than any service, group or fleet may have; each has its own lower limits. */
const MOST = 10_000;

/** The unit that a scaler counts, and the highest allowed count. */
export interface Counted {
  readonly most: number;
  /** Plural noun, such as `tasks`. */
  readonly unit: string;
}

/** Checks of the arguments that every scaler has; those that are `anything` are checked in combination. */
export function scalerChecks({ most, unit }: Counted) {
  return {
    min: anything,
    max: anything,
    target: anything,
    scaleOut: checkScaleOut,
    scaleIn: checkScaleIn,
    schedules: anything,
    decide: immediate,
    logRetentionInDays: oneOf(RETENTION_DAYS),
    logLevel: CALLBACK_CHECKS.logLevel,
    runtime: CALLBACK_CHECKS.runtime,
    alarmActions: checkAlarmActions,
    tags: checkTags,
    tracing: boolean,
    mode: oneOf(["scale", "observe"]),
    warmup: integer([0, 3600], "seconds"),
    maxStepOut: integer([1, most], unit),
    maxStepIn: integer([1, most], unit),
    maxChangesPerHour: integer([1, 180], "changes"),
    capacityTimeout: integer([60, DAY], "seconds"),
  };
}

export function checkBounds(
  self: pulumi.Resource,
  where: string,
  { min, max }: { readonly min: number; readonly max: number },
  { most, unit }: Counted,
): void {
  for (const [name, value] of Object.entries({ min, max }))
    if (value === undefined)
      throw argumentError(self, where + name, value, `give a whole number of ${unit}`);
  checkInteger(self, `${where}min`, min, [0, most], unit);
  checkInteger(self, `${where}max`, max, [1, most], unit);
  if (min > max)
    throw argumentError(
      self,
      `${where}min`,
      min,
      `allowed is at most ${where}max, which is ${max}`,
    );
}

/** How a component names and checks its own kinds of metrics. */
export interface MetricKinds<Args extends RuleArgs> {
  readonly metrics: readonly Args[];
  /** The rule of each metric, in the same order. */
  readonly rules: readonly MetricRule[];
  /** Refuses a value that is not a metric. */
  checkMetric(where: string, args: Args): void;
  /** Returns why a metric has no datapoints of this period; undefined if it has. */
  periodProblem?(args: Args, period: number): string | undefined;
}

const SINGLE = ["name", "target", "scaleOut", "scaleIn"] as const;

/** Checks one metric or a list of them, each with its own rule and name. */
export function checkMetrics<Args extends RuleArgs & { readonly metric?: unknown }>(
  self: pulumi.Resource,
  args: RuleArgs & { readonly metric?: unknown; readonly metrics?: unknown },
  { metrics, rules, checkMetric, periodProblem }: MetricKinds<Args>,
): void {
  const isOne = args.metric !== undefined;
  if (isOne === (args.metrics !== undefined)) {
    const given = isOne ? "a value beside metrics" : "nothing";
    throw describedError(self, "metric", given, "give metric, or metrics for several");
  }
  const misplaced = isOne ? undefined : SINGLE.find((name) => args[name] !== undefined);
  if (misplaced !== undefined)
    throw describedError(
      self,
      misplaced,
      "a value beside metrics",
      "put it into a metric of the list",
    );
  if (!Array.isArray(metrics) || metrics.length === 0 || metrics.length > MOST_METRICS)
    throw argumentError(self, "metrics", metrics, `list 1 to ${MOST_METRICS} metrics`);
  const names = new Set<string>();
  metrics.forEach((one: Args, index) => {
    const where = isOne ? "" : `metrics[${index}].`;
    if (!isOne) checkKeys(self, one, ["metric", ...SINGLE], `metrics[${index}]`);
    checkMetric(where, one);
    const rule = rules[index];
    if (!rule) throw argumentError(self, `${where}metric`, one, "give each metric a rule");
    checkRule(self, where, one, rule, (period) => periodProblem?.(one, period));
    if (!/^[A-Za-z][A-Za-z0-9_-]{0,60}$/.test(rule.name) || names.has(rule.name)) {
      const allowed = "give each metric a name of its own, of letters, digits, - and _";
      throw argumentError(self, `${where}name`, rule.name, allowed);
    }
    names.add(rule.name);
  });
}

export function checkRule(
  self: pulumi.Resource,
  where: string,
  { target, scaleOut, scaleIn }: RuleArgs,
  rule: MetricRule,
  periodProblem: (period: number) => string | undefined,
): void {
  if (target === undefined && !scaleOut && !scaleIn)
    throw describedError(self, `${where}target`, "nothing", "give target, scaleOut or scaleIn");
  if (target !== undefined && !(Number.isFinite(target) && target > 0))
    throw argumentError(self, `${where}target`, target, "allowed is a number above 0");
  const signals = { scaleOut: rule.out, scaleIn: rule.in };
  for (const [name, signal] of Object.entries(signals))
    if (signal) checkSignal(self, `${where}${name}`, signal, periodProblem);
  if (rule.out && rule.in && rule.in.threshold >= rule.out.threshold) {
    const allowed = `allowed is below scaleOut.above, which is ${rule.out.threshold}: between the two nothing changes`;
    throw argumentError(self, `${where}scaleIn.below`, rule.in.threshold, allowed);
  }
  for (const [direction, name] of [
    ["out", "scaleOut"],
    ["in", "scaleIn"],
  ] as const)
    if (rule[direction] && !rule[direction]?.steps && rule.targets[direction] <= 0) {
      const allowed = "a proportional change needs a target value above 0; give target or steps";
      throw argumentError(self, `${where}${name}`, rule[direction]?.threshold, allowed);
    }
}

function checkSignal(
  self: pulumi.Resource,
  where: string,
  signal: Signal,
  periodProblem: (period: number) => string | undefined,
): void {
  const { threshold, period, datapoints, of, cooldown, steps } = signal;
  if (typeof threshold !== "number" || !Number.isFinite(threshold))
    throw argumentError(self, where, threshold, "give the threshold as a number");
  if (!(SHORT_PERIODS.includes(period) || (period > 0 && period % 60 === 0)))
    throw argumentError(
      self,
      `${where}.period`,
      period,
      "allowed are 10, 20, 30 and multiples of 60",
    );
  const problem = periodProblem(period);
  if (problem !== undefined) throw argumentError(self, `${where}.period`, period, problem);
  checkInteger(self, `${where}.of`, of, [1, DAY], "datapoints");
  checkInteger(self, `${where}.datapoints`, datapoints, [1, of], "datapoints");
  if (period * of > DAY) {
    const allowed = `an alarm looks back one day at most: period x of is ${period * of} seconds`;
    throw argumentError(self, `${where}.of`, of, allowed);
  }
  checkInteger(self, `${where}.cooldown`, cooldown, [0, DAY], "seconds");
  steps?.forEach((step, index) => {
    const at = `${where}.steps[${index}]`;
    if ((step.tasks === undefined) === (step.percent === undefined))
      throw argumentError(self, at, step, "give tasks or percent");
    if (!(Number.isFinite(step.from) && step.from >= 0))
      throw argumentError(self, `${at}.from`, step.from, "allowed is 0 or more");
    checkInteger(self, `${at}.tasks`, step.tasks, [1, MOST], "tasks");
    if (step.percent !== undefined && !(step.percent > 0 && step.percent <= 1000))
      throw argumentError(self, `${at}.percent`, step.percent, "allowed is above 0, up to 1000");
  });
  if (steps && !steps.some(({ from }) => from === 0))
    throw argumentError(
      self,
      `${where}.steps`,
      steps,
      "one of them must begin at the threshold, with from: 0",
    );
}

export function checkSchedules(
  self: pulumi.Resource,
  { schedules = [] }: Pick<LimitArgs, "schedules">,
  counted: Counted,
): void {
  if (!Array.isArray(schedules))
    throw argumentError(self, "schedules", schedules, "list schedules, or leave it out");
  schedules.forEach((schedule, index) => {
    const where = `schedules[${index}]`;
    if (Object(schedule) !== schedule)
      throw argumentError(self, where, schedule, "give an object with cron, min and max");
    checkKeys(self, schedule, ["cron", "timezone", "min", "max"], where);
    checkBounds(self, `${where}.`, schedule, counted);
    const { cron, timezone } = schedule;
    if (!/^cron\(/.test(cron ?? ""))
      throw argumentError(self, `${where}.cron`, cron, "write cron(0 8 ? * MON-FRI *)");
    const problem = scheduleProblem(cron, new Date(), timezone);
    if (problem !== undefined)
      throw new pulumi.ResourceError(`${where}.cron: ${problem}.`, self, true);
  });
}
