import type { MetricRule, Signal } from "../../../callbacks/ecs/scaling/model";
import type { ScalerSettings } from "../../../callbacks/ecs/scaling/configuration";
import type { LimitArgs, RuleArgs, ScaleIn, ScaleOut } from "./args";

/** Scales in below this fraction of a target, as Application Auto Scaling does. */
const LOW_PART = 0.9;
const OUT_DATAPOINTS = 1;
const IN_DATAPOINTS = 10;
const IN_COOLDOWN = 300;

/** Returns the settings that every scaler has: the arguments with their defaults, as plain data. */
export function limitsOf(args: LimitArgs): Omit<ScalerSettings, "rules" | "holdDuringRollout"> {
  const { min, max, maxStepOut, maxStepIn, maxChangesPerHour } = args;
  return {
    min,
    max,
    schedules: args.schedules ?? [],
    warmup: args.warmup ?? 60,
    capacityTimeout: args.capacityTimeout ?? 600,
    mode: args.mode ?? "scale",
    ...(maxStepOut === undefined ? {} : { maxStepOut }),
    ...(maxStepIn === undefined ? {} : { maxStepIn }),
    ...(maxChangesPerHour === undefined ? {} : { maxChangesPerHour }),
  };
}

/**
 * Returns a metric's rule with its defaults.
 *
 * @param finest shortest period of the metric, in seconds.
 */
export function ruleOf(
  { target, ...args }: RuleArgs,
  { name, kind, finest = 60 }: { name: string; kind: MetricRule["kind"]; finest?: number },
): MetricRule {
  const scaleOut = args.scaleOut ?? (target === undefined ? undefined : { above: target });
  const scaleIn = args.scaleIn ?? (target === undefined ? undefined : { below: target * LOW_PART });
  return {
    name,
    kind,
    targets: aimOf(target, scaleOut, scaleIn),
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
  // One minute is as reliable as two or three shorter datapoints.
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

/**
 * Without a target, scales out to the threshold, and in to the middle between the thresholds, so that it does not scale
 * out again at once.
 */
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
