import type { MetricRule, Signal } from "../../../callbacks/ecs/scaling/model";
import type { ScalerSettings } from "../../../callbacks/ecs/scaling/configuration";
import type { LimitArgs, RuleArgs, ScaleIn, ScaleOut } from "./args";

/** Fewer tasks below this part of a target, as Application Auto Scaling does. */
const LOW_PART = 0.9;
const OUT_DATAPOINTS = 1;
const IN_DATAPOINTS = 10;
const IN_COOLDOWN = 300;

/** What every scaler decides by: the arguments with their defaults, as plain data. */
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
 * A metric's rule with its defaults.
 *
 * @param finest seconds of the shortest period that the metric has.
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
