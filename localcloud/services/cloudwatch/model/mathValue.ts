/** Values of a time series by the start of their period, milliseconds since the epoch. */
export type Points = ReadonlyMap<number, number>;

/** Possible values of a metric math expression. */
export type MathValue =
  | { readonly kind: "scalar"; readonly value: number }
  | { readonly kind: "series"; readonly points: Points }
  | { readonly kind: "list"; readonly items: readonly Points[] };

export function scalar(value: number): MathValue {
  return { kind: "scalar", value };
}

export function series(points: Points): MathValue {
  return { kind: "series", points };
}

/**
 * Applies an operator to two values. For two series, only times with a point in both count. Lists are combined series
 * by series. Division by zero yields no point.
 */
export function combine(
  left: MathValue,
  right: MathValue,
  operator: (a: number, b: number) => number,
): MathValue {
  if (left.kind === "list")
    return list(left.items.map((one) => combine(series(one), right, operator)));
  if (right.kind === "list")
    return list(right.items.map((one) => combine(left, series(one), operator)));
  if (left.kind === "scalar" && right.kind === "scalar")
    return scalar(operator(left.value, right.value));
  const timestamps = (left.kind === "series" ? left : right.kind === "series" ? right : undefined)
    ?.points;
  const points = new Map<number, number>();
  for (const timestamp of timestamps?.keys() ?? []) {
    const [a, b] = [valueAt(left, timestamp), valueAt(right, timestamp)];
    const value = a === undefined || b === undefined ? NaN : operator(a, b);
    if (Number.isFinite(value)) points.set(timestamp, value);
  }
  return series(points);
}

/** Applies a function to every point. */
export function mapValue(value: MathValue, change: (one: number) => number): MathValue {
  return combine(value, scalar(0), (one) => change(one));
}

/** Returns the value at a time; a scalar has the same value at every time. */
export function valueAt(value: MathValue, timestamp: number): number | undefined {
  if (value.kind === "scalar") return value.value;
  return value.kind === "series" ? value.points.get(timestamp) : undefined;
}

/** Returns every series of a value; none for a scalar. */
export function seriesOf(value: MathValue): readonly Points[] {
  if (value.kind === "scalar") return [];
  return value.kind === "series" ? [value.points] : value.items;
}

function list(values: readonly MathValue[]): MathValue {
  return { kind: "list", items: values.flatMap(seriesOf) };
}
