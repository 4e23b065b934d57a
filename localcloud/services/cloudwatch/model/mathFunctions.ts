import {
  combine,
  mapValue,
  scalar,
  series,
  seriesOf,
  valueAt,
  type MathValue,
  type Points,
} from "./mathValue";
import type { TimeRange } from "./timeRange";

/** A function of metric math over evaluated arguments. */
export type MathFunction = (args: readonly MathValue[], range: TimeRange) => MathValue;

/**
 * The functions that this cloud supports.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export const MATH_FUNCTIONS: Readonly<Record<string, MathFunction>> = {
  ABS: ([value]) => mapValue(value, Math.abs),
  AVG: ([value]) => reduce(value, (values) => sum(values) / values.length),
  CEIL: ([value]) => mapValue(value, Math.ceil),
  DATAPOINT_COUNT: ([value]) => reduce(value, (values) => values.length),
  DIFF: ([value]) => each(value, (points) => steps(points, (step) => step.rise)),
  FILL: ([value, filling], range) => each(value, (points) => fill(points, filling, range)),
  FLOOR: ([value]) => mapValue(value, Math.floor),
  IF: ([condition, yes, no]) => choose(condition, yes, no),
  LOG: ([value]) => mapValue(value, Math.log),
  LOG10: ([value]) => mapValue(value, Math.log10),
  MAX: ([value]) => reduce(value, (values) => Math.max(...values)),
  METRIC_COUNT: ([value]) => scalar(seriesOf(value).length),
  MIN: ([value]) => reduce(value, (values) => Math.min(...values)),
  PERIOD: (_args, { period }) => scalar(period / 1000),
  RATE: ([value]) => each(value, (points) => steps(points, ({ rise, seconds }) => rise / seconds)),
  RUNNING_SUM: ([value]) => each(value, runningSum),
  STDDEV: ([value]) => reduce(value, deviation),
  SUM: ([value]) => reduce(value, sum),
  TIME_SERIES: ([value], range) => timeSeries(value, range),
};

/** Reduces a list to one series, point by point, and one series to a number. */
function reduce(value: MathValue, of: (values: readonly number[]) => number): MathValue {
  if (value.kind === "scalar") return scalar(of([value.value]));
  if (value.kind === "series") {
    // A metric without data has no minimum, maximum or average, so the result is empty.
    const result = of([...value.points.values()]);
    return Number.isFinite(result) ? scalar(result) : series(new Map());
  }
  const byTime = new Map<number, number[]>();
  for (const points of value.items)
    for (const [timestamp, one] of points)
      byTime.set(timestamp, [...(byTime.get(timestamp) ?? []), one]);
  return series(new Map([...byTime].map(([timestamp, values]) => [timestamp, of(values)])));
}

function each(value: MathValue, change: (points: Points) => Points): MathValue {
  if (value.kind === "list") return { kind: "list", items: value.items.map(change) };
  return value.kind === "series" ? series(change(value.points)) : value;
}

/** Evaluates `IF(condition, yes[, no])`. Without a third argument, periods with a false condition have no point. */
function choose(condition: MathValue, yes: MathValue, no: MathValue | undefined): MathValue {
  const pick = (timestamp: number): number | undefined => {
    const holds = valueAt(condition, timestamp);
    if (holds === undefined) return undefined;
    return holds !== 0 ? valueAt(yes, timestamp) : no && valueAt(no, timestamp);
  };
  const timed = [condition, yes, ...(no ? [no] : [])].flatMap(seriesOf);
  if (timed.length === 0) {
    const value = pick(0);
    return value === undefined ? series(new Map()) : scalar(value);
  }
  const points = new Map<number, number>();
  for (const timestamp of new Set(timed.flatMap((one) => [...one.keys()]))) {
    const value = pick(timestamp);
    if (value !== undefined) points.set(timestamp, value);
  }
  return series(points);
}

/** Fills missing points with a number, another series, or the previous point (REPEAT). */
function fill(points: Points, filling: MathValue | undefined, range: TimeRange): Points {
  const filled = new Map<number, number>();
  let last: number | undefined;
  for (const timestamp of timestamps(range)) {
    const value = points.get(timestamp) ?? (filling ? valueAt(filling, timestamp) : last);
    last = points.get(timestamp) ?? last;
    if (value !== undefined) filled.set(timestamp, value);
  }
  return filled;
}

/**
 * Evaluates `FILL(metric, LINEAR)`: a gap is interpolated linearly; before and after the data there are no points.
 */
export const fillLinear: MathFunction = ([value], range) =>
  each(value, (points) => {
    const known = [...points].sort(([a], [b]) => a - b);
    const filled = new Map<number, number>();
    let next = 0;
    for (const timestamp of timestamps(range)) {
      while (next < known.length && known[next][0] < timestamp) next += 1;
      if (next === known.length) break;
      const [to, end] = known[next];
      if (to === timestamp) filled.set(timestamp, end);
      else if (next > 0) {
        const [from, start] = known[next - 1];
        filled.set(timestamp, start + ((end - start) * (timestamp - from)) / (to - from));
      }
    }
    return filled;
  });

interface Step {
  readonly rise: number;
  readonly seconds: number;
}

function steps(points: Points, of: (step: Step) => number): Points {
  const ordered = [...points].sort(([a], [b]) => a - b);
  return new Map(
    ordered.slice(1).map(([timestamp, value], index) => {
      const [before, previous] = ordered[index];
      return [timestamp, of({ rise: value - previous, seconds: (timestamp - before) / 1000 })];
    }),
  );
}

function runningSum(points: Points): Points {
  let total = 0;
  const ordered = [...points].sort(([a], [b]) => a - b);
  return new Map(ordered.map(([timestamp, value]) => [timestamp, (total += value)]));
}

function timeSeries(value: MathValue, range: TimeRange): MathValue {
  if (value.kind !== "scalar") return value;
  const points = new Map(timestamps(range).map((timestamp) => [timestamp, value.value]));
  return combine(series(points), scalar(0), (one) => one);
}

function timestamps({ start, period, count }: TimeRange): number[] {
  return Array.from({ length: count }, (_, index) => start + index * period);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function deviation(values: readonly number[]): number {
  const mean = sum(values) / values.length;
  return Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / values.length);
}
