import type { Decision } from "../model";

export const deploymentOnlyModule = true;

export const SECOND = 1_000;
/** Seconds of a step: the shortest that any scaler looks at. */
export const STEP = 10;

/** What there is to do over time. */
export interface Trace {
  /** Milliseconds since the epoch of its first value. */
  readonly start: number;
  /** Seconds between two values. */
  readonly every: number;
  /**
   * `load` is shared by the tasks that run, in percent of one task; `perTask` is what each shows, whatever their count;
   * `tasks` is how many there are to be, for a cluster.
   */
  readonly kind: "load" | "perTask" | "tasks";
  readonly values: readonly number[];
}

/** One step of time. */
export interface SimulatedRow {
  readonly time: number;
  readonly load: number;
  /** What a task shows; of a cluster, the greater of its reservations of CPU and memory. */
  readonly value: number;
  readonly desired: number;
  readonly running: number;
  /** Tasks that wait for a place, of a cluster. */
  readonly waiting?: number;
  /** What was decided in it; empty where nobody looked. */
  readonly decisions: readonly Decision[];
}

/** The times of a trace, step by step. */
export function* stepsOf({ start, every, values }: Trace): Generator<number> {
  const end = start + values.length * every * SECOND;
  for (let now = start; now < end; now += STEP * SECOND) yield now;
}

export function loadAt({ start, every, values }: Trace, now: number): number {
  return values[Math.floor((now - start) / (every * SECOND))] ?? 0;
}

/** Those decisions that changed the count, with their times. */
export function changesOf(
  rows: readonly SimulatedRow[],
): { readonly row: SimulatedRow; readonly decision: Decision }[] {
  return rows.flatMap((row) =>
    row.decisions.filter(({ from, to }) => to !== from).map((decision) => ({ row, decision })),
  );
}
