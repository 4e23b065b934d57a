import type { MetricRule, ScalingSettings, Signal } from "../../../callbacks/ecs/scaling/model";
import type { TaskScalerSettings } from "../../../callbacks/ecs/ecsTaskScaler/configuration";
import type { EcsTaskScalerArgs, MetricArgs, ScaleIn, ScaleOut, ScalingMetric } from "./args";

/** Fewer tasks below this part of a target, as Application Auto Scaling does. */
const LOW_PART = 0.9;
const OUT_DATAPOINTS = 1;
const IN_DATAPOINTS = 10;
const IN_COOLDOWN = 300;

/** The metrics of a scaler, one way or the other. */
export function metricsOf({ metric, metrics, ...args }: EcsTaskScalerArgs): MetricArgs[] {
  if (metrics) return metrics;
  const { name, target, scaleOut, scaleIn } = args;
  return metric === undefined ? [] : [{ metric, name, target, scaleOut, scaleIn }];
}

/** What the function decides by: the arguments with their defaults, as plain data. */
export function settingsOf(args: EcsTaskScalerArgs): TaskScalerSettings {
  const { min, max, maxStepOut, maxStepIn, maxChangesPerHour, resolution } = args;
  const settings: ScalingSettings = {
    min,
    max,
    schedules: args.schedules ?? [],
    rules: metricsOf(args).map((one) => ruleOf(one, resolution)),
    warmup: args.warmup ?? 60,
    capacityTimeout: args.capacityTimeout ?? 600,
    holdDuringRollout: args.duringRollout !== "allow",
    ...(maxStepOut === undefined ? {} : { maxStepOut }),
    ...(maxStepIn === undefined ? {} : { maxStepIn }),
    ...(maxChangesPerHour === undefined ? {} : { maxChangesPerHour }),
  };
  return {
    ...settings,
    mode: args.mode ?? "scale",
    ...(resolution === undefined ? {} : { resolution }),
  };
}

export function nameOf({ name, metric }: MetricArgs): string {
  if (name !== undefined) return name;
  if (typeof metric === "string") return metric;
  if ("queue" in metric) return "backlog";
  if ("requests" in metric) return "requests";
  return "metricName" in metric ? metric.metricName : "expression";
}

export function kindOf(metric: ScalingMetric): MetricRule["kind"] {
  if (typeof metric === "string") return "average";
  if ("queue" in metric || "requests" in metric) return "total";
  return metric.per === "service" ? "total" : "average";
}

function ruleOf(args: MetricArgs, resolution: 20 | 60 | undefined): MetricRule {
  const { target, metric } = args;
  const scaleOut = args.scaleOut ?? (target === undefined ? undefined : { above: target });
  const scaleIn = args.scaleIn ?? (target === undefined ? undefined : { below: target * LOW_PART });
  const aim = aimOf(target, scaleOut, scaleIn);
  // Only ECS's own metrics have the resolution; others are as fine as their senders make them.
  const finest = typeof metric === "string" ? (resolution ?? 60) : 60;
  return {
    name: nameOf(args),
    kind: kindOf(metric),
    targets: aim,
    ...(scaleOut ? { out: signalOf(scaleOut.above, scaleOut, outDefaults(finest)) } : {}),
    ...(scaleIn ? { in: signalOf(scaleIn.below, scaleIn, IN_DEFAULTS) } : {}),
  };
}

interface Defaults {
  readonly period: number;
  readonly datapoints: number;
  readonly cooldown: number;
}

const IN_DEFAULTS: Defaults = { period: 60, datapoints: IN_DATAPOINTS, cooldown: IN_COOLDOWN };

function outDefaults(period: number): Defaults {
  // One minute says as much as two or three of the finer points do.
  return { period, datapoints: period < 60 ? 2 : OUT_DATAPOINTS, cooldown: 0 };
}

function signalOf(
  threshold: number,
  { steps, period, datapoints, of, cooldown }: ScaleOut | ScaleIn,
  defaults: Defaults,
): Signal {
  const needed = datapoints ?? (of === undefined ? defaults.datapoints : of);
  return {
    threshold,
    period: period ?? defaults.period,
    datapoints: needed,
    of: of ?? needed,
    cooldown: cooldown ?? defaults.cooldown,
    ...(steps ? { steps: steps.map(({ from = 0, ...step }) => ({ from, ...step })) } : {}),
  };
}

/** Without a target, outwards to the threshold, and inwards to the middle, so that it is not out again at once. */
function aimOf(
  target: number | undefined,
  scaleOut: ScaleOut | undefined,
  scaleIn: ScaleIn | undefined,
): MetricRule["targets"] {
  if (target !== undefined) return { out: target, in: target };
  const above = scaleOut?.above ?? scaleIn?.below ?? 1;
  const below = scaleIn?.below ?? above;
  return { out: above, in: (above + below) / 2 };
}
