import type { ScalerSettings } from "../../callbacks/ecs/scaling/configuration";
import { simulateTargetTracking } from "../../callbacks/ecs/scaling/simulation/applicationAutoScaling";
import { type Outcome, outcomeOf } from "../../callbacks/ecs/scaling/simulation/outcome";
import { simulateTasks } from "../../callbacks/ecs/scaling/simulation/simulateTasks";
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
): ScalerSettings {
  const datapoints = resolution === 20 ? 2 : 1;
  return {
    mode: "scale",
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

/** Simulates every classic trace with both scalers, each at resolutions of 60 and 20 seconds. */
export function compare(): Promise<Comparison[]> {
  const all = Object.entries(TRACES).map(async ([trace, load]) => {
    const own = async (resolution: 20 | 60): Promise<Outcome> => {
      const settings = scalerAt(resolution);
      return outcomeOf(await simulateTasks(load, { settings, delay: DELAY }), TARGET);
    };
    const other = (form: "60s" | "20s"): Outcome =>
      outcomeOf(simulateTargetTracking(load, { target: TARGET, min: 2, max: 20, form }), TARGET);
    return {
      trace,
      outcomes: {
        own60: await own(60),
        own20: await own(20),
        aas60: other("60s"),
        aas20: other("20s"),
      },
    };
  });
  return Promise.all(all);
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
