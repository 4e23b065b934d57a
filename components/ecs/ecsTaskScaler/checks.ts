import * as pulumi from "@pulumi/pulumi";
import type { MetricRule, Signal } from "../../../callbacks/ecs/scaling/model";
import { RETENTION_DAYS } from "../../retention";
import { CALLBACK_CHECKS } from "../../function/callbackOptions";
import { scheduleProblem } from "../../function/triggers/schedule";
import {
  anything,
  argumentError,
  boolean,
  checkArgs,
  checkInteger,
  checkKeys,
  checkOneOf,
  type Checks,
  describedError,
  fn,
  integer,
  oneOf,
  text,
} from "../../validation";
import type { EcsTaskScalerArgs, MetricArgs } from "./args";
import { metricsOf, nameOf, settingsOf } from "./scalingRules";

/** Tasks of a service. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const MOST_TASKS = 5000;
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html (Period, EvaluationPeriods) */
const DAY = 86_400;
const SHORT_PERIODS = [10, 20, 30];
/** The environment of the function has room for no more. */
const MOST_METRICS = 5;

const CHECKS = {
  // These are checked with each other below.
  cluster: anything,
  service: anything,
  min: anything,
  max: anything,
  metric: anything,
  name: anything,
  target: anything,
  scaleOut: anything,
  scaleIn: anything,
  metrics: anything,
  schedules: anything,
  decide: fn,
  mode: oneOf(["scale", "observe"]),
  warmup: integer([0, 3600], "seconds"),
  maxStepOut: integer([1, MOST_TASKS], "tasks"),
  maxStepIn: integer([1, MOST_TASKS], "tasks"),
  maxChangesPerHour: integer([1, 180], "changes"),
  capacityTimeout: integer([60, DAY], "seconds"),
  duringRollout: oneOf(["hold", "allow"]),
  resolution: oneOf([20, 60]),
  pinPath: text(
    /^(\/[\w.-]+)+$/,
    "allowed is a path of letters, digits, ., - and _, such as /shop/desired-counts",
  ),
  logRetentionInDays: oneOf(RETENTION_DAYS),
  logLevel: CALLBACK_CHECKS.logLevel,
  runtime: CALLBACK_CHECKS.runtime,
  alarmActions: anything,
  tags: anything,
  tracing: boolean,
} satisfies Checks<EcsTaskScalerArgs>;

/** @throws pulumi.ResourceError naming the argument. */
export function checkEcsTaskScaler(self: pulumi.Resource, args: EcsTaskScalerArgs): void {
  checkArgs(self, args, CHECKS);
  checkBounds(self, "", args);
  for (const required of ["cluster", "service"] as const)
    if (args[required] === undefined)
      throw argumentError(self, required, undefined, `give the ${required} or its name`);
  checkMetrics(self, args);
  checkSchedules(self, args);
}

function checkBounds(
  self: pulumi.Resource,
  where: string,
  { min, max }: { readonly min: number; readonly max: number },
): void {
  for (const [name, value] of Object.entries({ min, max }))
    if (value === undefined)
      throw argumentError(self, where + name, value, "give a whole number of tasks");
  checkInteger(self, `${where}min`, min, [0, MOST_TASKS], "tasks");
  checkInteger(self, `${where}max`, max, [1, MOST_TASKS], "tasks");
  if (min > max)
    throw argumentError(
      self,
      `${where}min`,
      min,
      `allowed is at most ${where}max, which is ${max}`,
    );
}

function checkMetrics(self: pulumi.Resource, args: EcsTaskScalerArgs): void {
  const isOne = args.metric !== undefined;
  if (isOne === (args.metrics !== undefined)) {
    const given = isOne ? "a value beside metrics" : "nothing";
    throw describedError(self, "metric", given, "give metric, or metrics for several");
  }
  const single = ["name", "target", "scaleOut", "scaleIn"] as const;
  const misplaced = isOne ? undefined : single.find((name) => args[name] !== undefined);
  if (misplaced !== undefined)
    throw describedError(
      self,
      misplaced,
      "a value beside metrics",
      "put it into a metric of the list",
    );
  const metrics = metricsOf(args);
  if (!Array.isArray(metrics) || metrics.length === 0 || metrics.length > MOST_METRICS)
    throw argumentError(self, "metrics", metrics, `list 1 to ${MOST_METRICS} metrics`);
  const { rules } = settingsOf(args);
  const names = new Set<string>();
  metrics.forEach((one, index) => {
    const where = isOne ? "" : `metrics[${index}].`;
    if (!isOne) checkKeys(self, one, ["metric", ...single], `metrics[${index}]`);
    checkMetric(self, where, one, args);
    checkRule(self, where, one, rules[index]);
    const name = nameOf(one);
    if (!/^[A-Za-z][A-Za-z0-9_-]{0,60}$/.test(name) || names.has(name)) {
      const allowed = "give each metric a name of its own, of letters, digits, - and _";
      throw argumentError(self, `${where}name`, name, allowed);
    }
    names.add(name);
  });
}

function checkMetric(
  self: pulumi.Resource,
  where: string,
  { metric }: MetricArgs,
  args: EcsTaskScalerArgs,
): void {
  if (typeof metric === "string") {
    checkOneOf(self, `${where}metric`, metric, ["cpu", "memory"]);
    const fewest = Math.min(args.min, ...(args.schedules ?? []).map(({ min }) => min));
    if (fewest > 0) return;
    const allowed = `a service without tasks has no ${metric}, so nothing would ever wake it; set min to 1, or scale by a queue`;
    throw argumentError(self, "min", fewest, allowed);
  }
  const kinds = ["queue", "requests", "metricName", "expression"];
  const given = kinds.filter((kind) => kind in (metric ?? {}));
  if (given.length === 1) return;
  const allowed = `allowed are "cpu", "memory", or an object with one of ${kinds.join(", ")}`;
  throw describedError(self, `${where}metric`, given.join(" and ") || typeof metric, allowed);
}

function checkRule(
  self: pulumi.Resource,
  where: string,
  { target, scaleOut, scaleIn, metric }: MetricArgs,
  rule: MetricRule,
): void {
  if (target === undefined && !scaleOut && !scaleIn)
    throw describedError(self, `${where}target`, "nothing", "give target, scaleOut or scaleIn");
  if (target !== undefined && !(Number.isFinite(target) && target > 0))
    throw argumentError(self, `${where}target`, target, "allowed is a number above 0");
  const signals = { scaleOut: rule.out, scaleIn: rule.in };
  for (const [name, signal] of Object.entries(signals))
    if (signal) checkSignal(self, `${where}${name}`, signal, metric);
  if (rule.out && rule.in && rule.in.threshold >= rule.out.threshold) {
    const allowed = `allowed is below scaleOut.above, which is ${rule.out.threshold}: between them nothing is done`;
    throw argumentError(self, `${where}scaleIn.below`, rule.in.threshold, allowed);
  }
  for (const [direction, name] of [
    ["out", "scaleOut"],
    ["in", "scaleIn"],
  ] as const)
    if (rule[direction] && !rule[direction]?.steps && rule.targets[direction] <= 0) {
      const allowed =
        "a change in proportion needs a value above 0 to aim at; give target or steps";
      throw argumentError(self, `${where}${name}`, rule[direction]?.threshold, allowed);
    }
}

function checkSignal(
  self: pulumi.Resource,
  where: string,
  signal: Signal,
  metric: MetricArgs["metric"],
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
  if (metric === "cpu" || metric === "memory") {
    if (period < 20 || period === 30)
      throw argumentError(
        self,
        `${where}.period`,
        period,
        "ECS has datapoints of 20 or 60 seconds",
      );
  } else if (typeof metric === "object" && "queue" in metric && period < 60)
    throw argumentError(self, `${where}.period`, period, "SQS has datapoints of 60 seconds");
  checkInteger(self, `${where}.of`, of, [1, DAY], "datapoints");
  checkInteger(self, `${where}.datapoints`, datapoints, [1, of], "datapoints");
  if (period * of > DAY) {
    const allowed = `an alarm looks back one day at most: period x of is ${period * of} seconds`;
    throw argumentError(self, `${where}.of`, of, allowed);
  }
  checkInteger(self, `${where}.cooldown`, cooldown, [0, DAY], "seconds");
  steps?.forEach((step, index) => {
    const at = `${where}.steps[${index}]`;
    checkKeys(self, step, ["from", "tasks", "percent"], at);
    if ((step.tasks === undefined) === (step.percent === undefined))
      throw argumentError(self, at, step, "give tasks or percent");
    if (!(Number.isFinite(step.from) && step.from >= 0))
      throw argumentError(self, `${at}.from`, step.from, "allowed is 0 or more");
    checkInteger(self, `${at}.tasks`, step.tasks, [1, MOST_TASKS], "tasks");
    if (step.percent !== undefined && !(step.percent > 0 && step.percent <= 1000))
      throw argumentError(self, `${at}.percent`, step.percent, "allowed is above 0, up to 1000");
  });
  if (steps && !steps.some(({ from }) => from === 0))
    throw argumentError(
      self,
      `${where}.steps`,
      steps,
      "one of them must begin at the threshold: from 0",
    );
}

function checkSchedules(self: pulumi.Resource, { schedules = [] }: EcsTaskScalerArgs): void {
  if (!Array.isArray(schedules))
    throw argumentError(self, "schedules", schedules, "list schedules, or leave it out");
  schedules.forEach((schedule, index) => {
    const where = `schedules[${index}]`;
    checkKeys(self, schedule, ["cron", "timezone", "min", "max"], where);
    checkBounds(self, `${where}.`, schedule);
    const { cron, timezone } = schedule;
    if (!/^cron\(/.test(cron ?? ""))
      throw argumentError(self, `${where}.cron`, cron, "write cron(0 8 ? * MON-FRI *)");
    const problem = scheduleProblem(cron, new Date(), timezone);
    if (problem !== undefined)
      throw new pulumi.ResourceError(`${where}.cron: ${problem}.`, self, true);
  });
}
