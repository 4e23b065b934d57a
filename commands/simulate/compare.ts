import { simulateTargetTracking } from "../../callbacks/ecs/scaling/applicationAutoScaling";
import type { ScalingSettings } from "../../callbacks/ecs/scaling/model";
import { type Outcome, outcomeOf, simulate } from "../../callbacks/ecs/scaling/simulate";
import { TRACES } from "./traces";

export const TARGET = 60;

/**
 * Seconds from the end of a datapoint to the call of the function; the other scaler's figures are end-to-end
 * measurements.
 */
const DELAY = 30;

/** Returns the settings of an EcsTaskScaler with `metric: "cpu"` and these arguments, at either resolution. */
export function scalerAt(
  resolution: 20 | 60,
  { target, min, max } = { target: TARGET, min: 2, max: 20 },
): ScalingSettings {
  const datapoints = resolution === 20 ? 2 : 1;
  return {
    min,
    max,
    schedules: [],
    warmup: 60,
    capacityTimeout: 600,
    holdDuringRollout: true,
    rules: [
      {
        name: "cpu",
        kind: "average",
        targets: { out: target, in: target },
        out: { threshold: target, period: resolution, datapoints, of: datapoints, cooldown: 0 },
        in: { threshold: target * 0.9, period: 60, datapoints: 10, of: 10, cooldown: 300 },
      },
    ],
  };
}

export interface Comparison {
  readonly trace: string;
  readonly outcomes: Readonly<Record<"own60" | "own20" | "aas60" | "aas20", Outcome>>;
}

/** Simulates every built-in trace with both scalers, each at 60 and at 20 seconds. */
export function compare(): Comparison[] {
  return Object.entries(TRACES).map(([trace, load]) => {
    const own = (resolution: 20 | 60): Outcome =>
      outcomeOf(simulate(load, scalerAt(resolution), { tick: resolution, delay: DELAY }), TARGET);
    const other = (form: "60s" | "20s"): Outcome =>
      outcomeOf(simulateTargetTracking(load, { target: TARGET, min: 2, max: 20, form }), TARGET);
    return {
      trace,
      outcomes: { own60: own(60), own20: own(20), aas60: other("60s"), aas20: other("20s") },
    };
  });
}

/** Returns the comparison as a Markdown table: time above the target, and task hours. */
export function comparisonTable(comparisons: readonly Comparison[]): string {
  const cell = ({ secondsAbove, taskHours }: Outcome): string =>
    `${(secondsAbove / 60).toFixed(1)} min, ${taskHours.toFixed(1)} h`;
  return [
    "| trace | EcsTaskScaler 60 s | Application Auto Scaling 60 s | EcsTaskScaler 20 s | Application Auto Scaling 20 s |",
    "| --- | --- | --- | --- | --- |",
    ...comparisons.map(
      ({ trace, outcomes: { own60, aas60, own20, aas20 } }) =>
        `| ${trace} | ${[own60, aas60, own20, aas20].map(cell).join(" | ")} |`,
    ),
  ].join("\n");
}
