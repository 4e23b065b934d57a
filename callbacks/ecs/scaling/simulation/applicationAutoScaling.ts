import type { Datapoint } from "../model";
import { type PlayedScaler, play, type PlayOptions } from "./play";
import type { SimulatedRow, Trace } from "./trace";

export const deploymentOnlyModule = true;

/**
 * A model of a target tracking policy of Application Auto Scaling for an ECS service, for comparison only. Documented
 * and measured behavior of its two forms:
 * - 60 s: `AlarmHigh` needs 3 datapoints of 60 s above the target, `AlarmLow` 15 of them below 90 % of it.
 *   https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking.html
 *   https://github.com/aws/containers-roadmap/issues/1208 and 2113 (3 x 1 and 15 x 1 minutes)
 * - 20 s: `ECSServiceAverageCPUUtilizationHighResolution`; AWS measured a scale-out 86 s after the load, where the 60 s
 *   form took 363 s. No source says how many datapoints its alarms need: the model uses the fewest that fit the 86 s.
 *   https://docs.aws.amazon.com/AmazonECS/latest/developerguide/target-tracking-faster-auto-scaling.html
 * The step is proportional to the metric; scale-in never goes below the count that keeps the target.
 */
export interface TargetTracking {
  readonly target: number;
  readonly min: number;
  readonly max: number;
  readonly form: "60s" | "20s";
  /** Seconds; 300 each are the defaults of the guide and the console for ECS. */
  readonly scaleOutCooldown?: number;
  readonly scaleInCooldown?: number;
}

/** Datapoints of the alarms, and seconds from the last of them to the change. */
export const FORMS = {
  // 3 datapoints, and the rest of the 363 s that AWS measured: publishing, evaluation and the policy itself.
  "60s": { period: 60, high: 3, low: 15, reaction: 183 },
  // 3 datapoints of 20 s, and the rest of the 86 s.
  "20s": { period: 20, high: 3, low: 45, reaction: 26 },
} as const;

export function simulateTargetTracking(
  trace: Trace,
  policy: TargetTracking,
  options: PlayOptions = {},
): SimulatedRow[] {
  return play(trace, tracker(policy), { ...options, tasks: options.tasks ?? policy.min });
}

function tracker(policy: TargetTracking): PlayedScaler {
  const { target, min, max, form, scaleOutCooldown = 300, scaleInCooldown = 300 } = policy;
  const { period, high, low, reaction } = FORMS[form];
  return ({ now, desired, running, changes, points }) => {
    // The policy acts on datapoints that are as old as its reaction time.
    const seen = points(period).filter(({ time }) => time + (period + reaction) * 1000 <= now);
    const newest = seen.at(-1);
    if (!newest) return undefined;
    const all = (count: number, test: (point: Datapoint) => boolean): boolean =>
      seen.length >= count && seen.slice(-count).every(test);
    const counted = Math.ceil((Math.min(running, desired) * newest.value) / target - 1e-9);
    const lastOut = changes.findLast(({ from, to }) => to > from)?.at ?? -Infinity;
    const last = changes.at(-1)?.at ?? -Infinity;
    let to = desired;
    if (all(high, ({ value }) => value > target) && now >= lastOut + scaleOutCooldown * 1000)
      to = Math.min(max, Math.max(desired, counted));
    else if (
      all(low, ({ value }) => value < target * 0.9) &&
      now >= last + scaleInCooldown * 1000 &&
      newest.time > last
    )
      to = Math.max(min, Math.min(desired, counted));
    if (to === desired) return undefined;
    return {
      from: desired,
      to,
      wanted: counted,
      why: `${newest.value} against ${target}`,
      min,
      max,
      basis: newest.time,
      values: {},
      again: true,
      noCapacity: false,
    };
  };
}
