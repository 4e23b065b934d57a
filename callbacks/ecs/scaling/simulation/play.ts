import type { Change, Datapoint, Decision } from "../model";
import { pointsOf, type Sample } from "./samples";
import { SimulatedTasks } from "./simulatedTasks";
import { loadAt, SECOND, type SimulatedRow, stepsOf, type Trace } from "./trace";

export const deploymentOnlyModule = true;

export interface PlayOptions {
  /** Seconds from a change until the new tasks run. Default 30. */
  readonly boot?: number;
  /** Seconds after the end of a datapoint at which it can be read. Default 0. */
  readonly delay?: number;
  /** Number of tasks at the start. Default 1. */
  readonly tasks?: number;
}

/** Decides from the facts known at a moment; undefined for no decision. */
export type PlayedScaler = (known: {
  readonly now: number;
  readonly desired: number;
  readonly running: number;
  readonly changes: readonly Change[];
  /** Returns the datapoints of a period in seconds, newest last. */
  points(period: number): Datapoint[];
}) => Decision | undefined;

/** Most datapoints per evaluation: as many as any signal here needs, instead of those of the whole week. */
const MOST_POINTS = 100;

/** Simulates a trace with a scaler that is a plain function. */
export function play(
  trace: Trace,
  scaler: PlayedScaler,
  { boot = 30, delay = 0, tasks = 1 }: PlayOptions,
): SimulatedRow[] {
  const rows: SimulatedRow[] = [];
  const samples: Sample[] = [];
  const changes: Change[] = [];
  const service = new SimulatedTasks(tasks, boot);
  for (const now of stepsOf(trace)) {
    service.pass(now);
    const { desired } = service;
    const decision = scaler({
      now,
      desired,
      running: service.running,
      changes: [...changes],
      points: (period) =>
        pointsOf(samples, "value", { period, count: MOST_POINTS }, now - delay * SECOND),
    });
    if (decision && decision.to !== desired) {
      const { to, basis } = decision;
      changes.push({ at: now, from: desired, to, basis });
      service.change(to, now);
    }
    const load = loadAt(trace, now);
    const value = shownValue(trace, load, service.running);
    samples.push({ time: now, values: { value } });
    const { desired: wanted, running } = service;
    const decisions = decision ? [decision] : [];
    rows.push({ time: now, load, value, desired: wanted, running, decisions });
  }
  return rows;
}

/** Returns the metric value of each task. */
export function shownValue({ kind }: Trace, load: number, running: number): number {
  return kind === "load" ? load / Math.max(1, running) : load;
}
