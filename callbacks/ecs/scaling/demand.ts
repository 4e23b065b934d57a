import type {
  Datapoint,
  EvaluationInput,
  MetricRule,
  ScalingSettings,
  Series,
  Signal,
  Step,
} from "./model";
import { servingAt } from "./serving";

export const deploymentOnlyModule = true;

/** The demand of one metric at an evaluation. */
export interface Demand {
  readonly rule: MetricRule;
  /** The newest value, per task; undefined for a missing metric. */
  readonly value: number | undefined;
  /** Enough datapoints are past the thresholds. */
  readonly high: boolean;
  readonly low: boolean;
  /** The count that it asks for when `high` or `low`. */
  readonly wanted: number;
}

export function demandOf(
  rule: MetricRule,
  input: EvaluationInput,
  settings: ScalingSettings,
): Demand {
  const series: Series = input.series[rule.name] ?? { out: [], in: [] };
  const newest = newestOf([...series.out, ...series.in]);
  if (!newest) return { rule, value: undefined, high: false, low: false, wanted: input.desired };
  const perTask = (point: Datapoint): number =>
    rule.kind === "average"
      ? point.value
      : share(point.value, servingAt(point.time, input, settings));
  const value = perTask(newest);
  const high = isPast(rule.out, series.out.map(perTask), (one, limit) => one > limit);
  const low = !high && isPast(rule.in, series.in.map(perTask), (one, limit) => one < limit);
  const serving = servingAt(newest.time, input, settings);
  const load = rule.kind === "average" ? newest.value * serving : newest.value;
  const direction = high ? "out" : "in";
  const signal = rule[direction];
  if (!signal || !(high || low)) return { rule, value, high, low, wanted: input.desired };
  const bySteps = signal.steps && stepOf(signal, value, serving, direction);
  const counted =
    bySteps === undefined
      ? ceil(load / rule.targets[direction])
      : direction === "out"
        ? serving + bySteps
        : serving - bySteps;
  // Requested tasks that do not serve yet count as capacity: they are not requested again.
  const wanted = high ? Math.max(input.desired, counted) : Math.min(input.desired, counted);
  return { rule, value, high, low, wanted: Math.max(0, wanted) };
}

/** Returns the count that the metrics ask for together: more when any asks for more, fewer only when all agree. */
export function usualCount(demands: readonly Demand[], desired: number): number {
  const outs = demands.filter(({ high }) => high);
  if (outs.length > 0) return Math.max(...outs.map(({ wanted }) => wanted));
  // A metric without `in` does not vote on scaling in; but while any metric is missing nothing is removed.
  const voters = demands.filter(({ rule }) => rule.in);
  const agree = voters.length > 0 && voters.every(({ low }) => low) && !isAnyMissing(demands);
  return agree ? Math.max(...voters.map(({ wanted }) => wanted)) : desired;
}

export function isAnyMissing(demands: readonly Demand[]): boolean {
  return demands.some(({ value }) => value === undefined);
}

export function newestOf(points: readonly Datapoint[]): Datapoint | undefined {
  return points.reduce<Datapoint | undefined>(
    (newest, one) => (newest && newest.time > one.time ? newest : one),
    undefined,
  );
}

/** Checks M of N datapoints as CloudWatch does; a missing datapoint is not past the threshold. */
function isPast(
  signal: Signal | undefined,
  values: readonly number[],
  compare: (value: number, threshold: number) => boolean,
): boolean {
  if (!signal) return false;
  const past = values.slice(-signal.of).filter((value) => compare(value, signal.threshold));
  return past.length >= signal.datapoints;
}

function share(total: number, serving: number): number {
  if (total === 0) return 0;
  return serving > 0 ? total / serving : Infinity;
}

/** Returns the step with the highest `from` that the value has reached. */
function stepOf(
  { steps = [], threshold }: Signal,
  value: number,
  serving: number,
  direction: "out" | "in",
): number {
  const past = direction === "out" ? value - threshold : threshold - value;
  const reached = steps.filter(({ from }) => past >= from);
  const step = reached.reduce<Step | undefined>(
    (highest, one) => (highest && highest.from > one.from ? highest : one),
    undefined,
  );
  if (!step) return 0;
  return step.tasks ?? Math.max(1, ceil((serving * (step.percent ?? 0)) / 100));
}

/** Ignores the rounding errors of binary fractions: 3 tasks at 70 of 70 are 3, not 4. */
function ceil(count: number): number {
  return Number.isFinite(count) ? Math.ceil(count - 1e-9) : count;
}
