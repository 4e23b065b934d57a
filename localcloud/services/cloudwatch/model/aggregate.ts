/** The stored summary of the values of one period. */
export interface Aggregate {
  count: number;
  sum: number;
  min: number;
  max: number;
  /**
   * Number of occurrences of each value; absent while all values are the same, or if only a statistic set was
   * reported.
   */
  values?: Map<number, number>;
  /** True if the data contained a statistic set: then its values, and so percentiles, are unknown. */
  opaque: boolean;
}

/** Values of one PutMetricData call with their counts. */
export type Sample =
  | {
      readonly kind: "values";
      readonly values: readonly number[];
      readonly counts: readonly number[];
    }
  | {
      readonly kind: "set";
      readonly count: number;
      readonly sum: number;
      readonly min: number;
      readonly max: number;
    };

/** Number of distinct values that are stored exactly; beyond it they are rounded, like in CloudWatch's sketches. */
const MAX_DISTINCT = 500;
const ROUNDED_DIGITS = 3;

/** Significant digits of the values of an old period when memory is short: no percentile is off by more than 5 %. */
const COARSE_DIGITS = 2;

export function emptyAggregate(): Aggregate {
  return { count: 0, sum: 0, min: Infinity, max: -Infinity, opaque: false };
}

export function addSample(into: Aggregate, sample: Sample): void {
  if (sample.kind === "values") {
    sample.values.forEach((value, index) => addValue(into, value, sample.counts[index] ?? 1));
    return;
  }
  const exact = sample.min === sample.max || sample.count === 1;
  if (exact) return addValue(into, sample.min, sample.count);
  widen(into, sample);
  into.opaque = true;
}

/** Merges `from` into `into`. */
export function mergeAggregate(into: Aggregate, from: Aggregate): void {
  if (from.count === 0) return;
  if (from.opaque) {
    widen(into, from);
    into.opaque = true;
    return;
  }
  const { count, sum, min, max } = into;
  for (const [value, times] of valuesOf(from)) addValue(into, value, times);
  // The values may be rounded; these are not.
  into.count = count + from.count;
  into.sum = sum + from.sum;
  into.min = Math.min(min, from.min);
  into.max = Math.max(max, from.max);
}

/** Returns every value with its count; empty if the values are unknown. */
export function valuesOf(aggregate: Aggregate): ReadonlyMap<number, number> {
  if (aggregate.count === 0 || aggregate.opaque) return new Map();
  return aggregate.values ?? new Map([[aggregate.min, aggregate.count]]);
}

/** Returns the number of values and counts that it stores. */
export function storedValues({ values }: Aggregate): number {
  return values?.size ?? 0;
}

/** Rounds the stored values, so that they are few; count, sum, minimum and maximum stay exact. */
export function coarsen(aggregate: Aggregate): void {
  const { values } = aggregate;
  if (!values) return;
  aggregate.values = new Map();
  for (const [value, count] of values) {
    const key = Number(value.toPrecision(COARSE_DIGITS));
    aggregate.values.set(key, (aggregate.values.get(key) ?? 0) + count);
  }
}

function addValue(into: Aggregate, value: number, count: number): void {
  if (count === 0) return;
  const uniform = into.values === undefined && !into.opaque;
  if (uniform && into.count > 0 && value !== into.min)
    into.values = new Map([[into.min, into.count]]);
  widen(into, { count, sum: value * count, min: value, max: value });
  if (!into.values) return;
  const isFull = into.values.size >= MAX_DISTINCT && !into.values.has(value);
  const key = isFull ? Number(value.toPrecision(ROUNDED_DIGITS)) : value;
  into.values.set(key, (into.values.get(key) ?? 0) + count);
}

function widen(
  into: Aggregate,
  by: { readonly count: number; readonly sum: number; readonly min: number; readonly max: number },
): void {
  into.count += by.count;
  into.sum += by.sum;
  into.min = Math.min(into.min, by.min);
  into.max = Math.max(into.max, by.max);
}
