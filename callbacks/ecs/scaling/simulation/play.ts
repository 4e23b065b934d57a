import type { Change, Datapoint, Decision } from "../model";
import { pointsOf, type Sample } from "./samples";
import { SimulatedTasks } from "./simulatedTasks";
import { loadAt, SECOND, type SimulatedRow, stepsOf, type Trace } from "./trace";

export const deploymentOnlyModule = true;

export interface PlayOptions {
  /** Seconds from a change to a task that runs. Default 30. */
  readonly boot?: number;
  /** Seconds after the end of a datapoint at which it can be read. Default 0. */
  readonly delay?: number;
  /** Tasks at the beginning. Default 1. */
  readonly tasks?: number;
}

/** Decides at a moment from what is known then. */
export type Look = (known: {
  readonly now: number;
  readonly desired: number;
  readonly running: number;
  readonly changes: readonly Change[];
  /** Newest last, of so many seconds. */
  points(period: number): Datapoint[];
}) => Decision | undefined;

/** As far back as any signal here looks, and not the whole week. */
const MOST_POINTS = 100;

/** Plays a trace against a scaler that is no more than a function. */
export function play(
  trace: Trace,
  look: Look,
  { boot = 30, delay = 0, tasks = 1 }: PlayOptions,
): SimulatedRow[] {
  const rows: SimulatedRow[] = [];
  const samples: Sample[] = [];
  const changes: Change[] = [];
  const service = new SimulatedTasks(tasks, boot);
  for (const now of stepsOf(trace)) {
    service.pass(now);
    const { desired } = service;
    const decision = look({
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

/** What each task shows. */
export function shownValue({ kind }: Trace, load: number, running: number): number {
  return kind === "load" ? load / Math.max(1, running) : load;
}
