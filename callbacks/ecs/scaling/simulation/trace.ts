import type { Decision } from "../model";

export const deploymentOnlyModule = true;

export const SECOND = 1_000;
/** Seconds of a step: the shortest period of a metric that a scaler can evaluate. */
export const STEP = 10;

/** A load over time. */
export interface Trace {
  /** Time of the first value, in milliseconds since the epoch. */
  readonly start: number;
  /** Seconds between two values. */
  readonly every: number;
  /**
   * Meaning of the values. `load`: the total load, in percent of one task, which the running tasks share. `perTask`: the
   * metric value of each task, regardless of their count. `tasks`: the desired count of a service, for a cluster.
   */
  readonly kind: "load" | "perTask" | "tasks";
  readonly values: readonly number[];
}

/** Result of one step of a simulation. */
export interface SimulatedRow {
  readonly time: number;
  readonly load: number;
  /** Metric value of a task; for a cluster, the larger of its CPU and memory reservations. */
  readonly value: number;
  readonly desired: number;
  readonly running: number;
  /** For a cluster: number of tasks that wait to be placed. */
  readonly waiting?: number;
  /** Decisions in this step; empty if the scaler made no evaluation. */
  readonly decisions: readonly Decision[];
}

/** Yields the time of each step of a trace. */
export function* stepsOf({ start, every, values }: Trace): Generator<number> {
  const end = start + values.length * every * SECOND;
  for (let now = start; now < end; now += STEP * SECOND) yield now;
}

export function loadAt({ start, every, values }: Trace, now: number): number {
  return values[Math.floor((now - start) / (every * SECOND))] ?? 0;
}

/** Returns the decisions that changed the count, each with the row of its step. */
export function changesOf(
  rows: readonly SimulatedRow[],
): { readonly row: SimulatedRow; readonly decision: Decision }[] {
  return rows.flatMap((row) =>
    row.decisions.filter(({ from, to }) => to !== from).map((decision) => ({ row, decision })),
  );
}
