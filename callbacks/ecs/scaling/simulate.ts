import { completePoints } from "./completePoints";
import { decideTasks } from "./decide";
import type { Change, Datapoint, DecideTasks, Decision, ScalingSettings, Series } from "./model";

export const deploymentOnlyModule = true;

const SECOND = 1_000;

/** The load of a service over time: for `cpu` and the like in percent of one task, for a queue in messages. */
export interface Trace {
  /** Time of its first value in milliseconds since the epoch. */
  readonly start: number;
  /** Seconds between two values. */
  readonly every: number;
  /** `load` is shared by the running tasks; `perTask` is the value of each task, whatever their count. */
  readonly kind: "load" | "perTask";
  readonly values: readonly number[];
}

export interface SimulationOptions {
  /** Seconds from a change until the task runs. Default 30. */
  readonly boot?: number;
  /** Seconds after the end of a datapoint at which it can be read. Default 0. */
  readonly delay?: number;
  /** Tasks at the beginning. Default: the minimum. */
  readonly tasks?: number;
  /** Seconds between two evaluations while there is something to follow. Default 60. */
  readonly tick?: number;
  readonly decide?: DecideTasks;
}

/** One step of time. */
export interface SimulatedRow {
  readonly time: number;
  readonly load: number;
  /** Value of one task. */
  readonly value: number;
  readonly desired: number;
  readonly running: number;
  /** Undefined when there was no evaluation. */
  readonly decision?: Decision;
}

/** Decides from what is known at a moment; replace it to simulate another scaler. */
export type Look = (known: {
  readonly now: number;
  readonly desired: number;
  readonly running: number;
  readonly changes: readonly Change[];
  /** Datapoints of periods of this many seconds, newest last. */
  points(period: number): Datapoint[];
}) => Decision | undefined;

/** Simulates the scaler's own decisions on a trace. */
export function simulate(
  trace: Trace,
  settings: ScalingSettings,
  options: SimulationOptions = {},
): SimulatedRow[] {
  const [rule] = settings.rules;
  if (!rule) throw new Error("the settings have no rule to simulate");
  const tick = (options.tick ?? 60) * SECOND;
  return play(
    trace,
    ({ now, desired, running, changes, points }) => {
      if ((now - trace.start) % tick !== 0) return undefined;
      const read = (signal = rule.out): Datapoint[] =>
        signal ? completePoints(points(signal.period), signal, now) : [];
      const series: Series = {
        out: rule.out ? read(rule.out) : [],
        in: rule.in ? read(rule.in) : [],
      };
      const look = { now, desired, running, pending: Math.max(0, desired - running), changes };
      return decideTasks({ ...look, series: { [rule.name]: series } }, settings, options.decide);
    },
    { ...options, tasks: options.tasks ?? settings.min },
  );
}

/** Seconds per step: the shortest period of any scaler. */
export const STEP = 10;

/** Simulates any scaler on a trace. */
export function play(
  trace: Trace,
  look: Look,
  { boot = 30, delay = 0, tasks = 1 }: SimulationOptions,
): SimulatedRow[] {
  const rows: SimulatedRow[] = [];
  const changes: Change[] = [];
  let desired = tasks;
  let starts: { at: number; count: number }[] = [];
  let running = tasks;
  const end = trace.start + trace.values.length * trace.every * SECOND;
  for (let now = trace.start; now < end; now += STEP * SECOND) {
    const started = starts.filter(({ at }) => at <= now);
    running += started.reduce((sum, { count }) => sum + count, 0);
    starts = starts.filter(({ at }) => at > now);
    const decision = look({
      now,
      desired,
      running,
      changes: [...changes],
      points: (period) => pointsOf(rows, trace.start, period, now - delay * SECOND),
    });
    if (decision && decision.to !== desired) {
      const { to, basis } = decision;
      changes.push({ at: now, from: desired, to, basis });
      if (to > desired) starts.push({ at: now + boot * SECOND, count: to - desired });
      else {
        // Tasks that have not started yet are removed first.
        starts = cancel(starts, desired - to);
        running = Math.min(running, to);
      }
      desired = to;
    }
    const index = Math.floor((now - trace.start) / (trace.every * SECOND));
    const load = trace.values[index] ?? 0;
    const value = trace.kind === "load" ? load / Math.max(1, running) : load;
    rows.push({ time: now, load, value, desired, running, ...(decision ? { decision } : {}) });
  }
  return rows;
}

function cancel(
  starts: readonly { at: number; count: number }[],
  count: number,
): { at: number; count: number }[] {
  let left = count;
  return [...starts].reverse().flatMap((start) => {
    const taken = Math.min(left, start.count);
    left -= taken;
    return start.count > taken ? [{ ...start, count: start.count - taken }] : [];
  });
}

const MOST_POINTS = 100;

/** Returns the averages of the complete periods before a time. */
function pointsOf(
  rows: readonly SimulatedRow[],
  start: number,
  period: number,
  until: number,
): Datapoint[] {
  const size = period / STEP;
  const points: Datapoint[] = [];
  // Longer than any signal here looks back, but not the whole week.
  const whole = Math.floor((until - start) / (period * SECOND));
  for (let index = Math.max(0, whole - MOST_POINTS); index < whole; index += 1) {
    const part = rows.slice(Math.floor(index * size), Math.floor((index + 1) * size));
    const [first] = part;
    if (!first) continue;
    const sum = part.reduce((total, { value }) => total + value, 0);
    points.push({ time: first.time, value: sum / part.length });
  }
  return points;
}

/** Result of a simulation. */
export interface Outcome {
  /** Seconds in which the value of a task was above the threshold. */
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
