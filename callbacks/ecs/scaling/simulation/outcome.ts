import { type SimulatedRow, STEP } from "./trace";

export const deploymentOnlyModule = true;

/** Result of a simulation of tasks. */
export interface Outcome {
  /** Seconds in which the metric value of a task was above the threshold. */
  readonly secondsAbove: number;
  readonly taskHours: number;
  readonly changes: number;
  readonly most: number;
}

export function outcomeOf(rows: readonly SimulatedRow[], threshold: number): Outcome {
  const above = rows.filter(({ value }) => value > threshold).length;
  const tasks = rows.reduce((sum, { desired, running }) => sum + Math.max(desired, running), 0);
  return {
    secondsAbove: above * STEP,
    taskHours: (tasks * STEP) / 3600,
    changes: rows.filter(({ desired }, index) => desired !== (rows[index - 1]?.desired ?? desired))
      .length,
    most: Math.max(...rows.map(({ desired }) => desired)),
  };
}

/** Result of a simulation of a cluster. */
export interface ClusterOutcome {
  /** Longest uninterrupted time in which any task waited to be placed, in seconds. */
  readonly longestWait: number;
  readonly instanceHours: number;
  readonly changes: number;
  readonly most: number;
}

export function clusterOutcomeOf(rows: readonly SimulatedRow[]): ClusterOutcome {
  const { taskHours: instanceHours, changes, most } = outcomeOf(rows, Infinity);
  let wait = 0;
  const waits = rows.map(({ waiting = 0 }) => (wait = waiting > 0 ? wait + STEP : 0));
  return { longestWait: Math.max(0, ...waits), instanceHours, changes, most };
}
