import type { Dimension } from "@aws-sdk/client-cloudwatch";
import { emptyAggregate, type Aggregate, type Sample } from "./aggregate";
import { Series } from "./series";
import type { TimeRange } from "./timeRange";

/** A metric: a name in a namespace with dimensions. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  /** Sorted by name. */
  readonly dimensions: readonly { readonly name: string; readonly value: string }[];
}

export interface Metric extends MetricId {
  /** By unit; CloudWatch stores the units of a metric separately. */
  readonly units: Map<string, Series>;
}

/** Maximum number of metrics in a region; beyond it, the one without data for the longest time is dropped. */
const MAX_METRICS = 5000;

/**
 * Maximum number of buckets and of values in them in a region, 50 to 200 bytes each. Beyond it, old values are rounded;
 * where that is not enough, whole metrics are dropped, those without data for the longest time first.
 */
const MAX_STORED = 500_000;
/** Number of puts between two counts of what is stored, because counting takes longer than putting. */
const COUNT_EVERY = 1000;

/** A metric without data for this long is no longer listed. */
const LISTED_MS = 14 * 86_400_000;

/** All metrics of one region. */
export class Metrics {
  private readonly byKey = new Map<string, Metric>();
  private puts = 0;

  add(
    id: MetricId,
    unit: string,
    datum: { timestamp: number; sample: Sample; resolution: 1 | 60 },
    now: number,
  ): void {
    const key = metricKey(id);
    const metric = this.byKey.get(key) ?? { ...id, units: new Map<string, Series>() };
    // Moves the metric to the end, so that the map is ordered by last use.
    this.byKey.delete(key);
    this.byKey.set(key, metric);
    const series = metric.units.get(unit) ?? new Series();
    metric.units.set(unit, series);
    series.add(datum.timestamp, datum.sample, datum.resolution, now);
    if (this.byKey.size > MAX_METRICS) this.forgetOldest();
    if (++this.puts % COUNT_EVERY === 0) this.makeRoom();
  }

  find(id: MetricId): Metric | undefined {
    return this.byKey.get(metricKey(id));
  }

  /** Returns the metrics with data after `since`, by default in the last two weeks. */
  list(now: number, since = now - LISTED_MS): Metric[] {
    return [...this.byKey.values()].filter((metric) =>
      [...metric.units.values()].some((series) => series.newest >= since),
    );
  }

  private makeRoom(): void {
    if (this.countStored() <= MAX_STORED) return;
    for (const { units } of this.byKey.values())
      for (const series of units.values()) series.coarsen();
    while (this.byKey.size > 1 && this.countStored() > MAX_STORED) this.forgetOldest();
  }

  private countStored(): number {
    let count = 0;
    for (const { units } of this.byKey.values())
      for (const { size } of units.values()) count += size;
    return count;
  }

  private forgetOldest(): void {
    for (const key of this.byKey.keys()) {
      this.byKey.delete(key);
      return;
    }
  }
}

/** Windows of a metric, and the units of their data. */
export interface MetricWindows {
  readonly windows: readonly Aggregate[];
  /** Sorted. More than one if the query has no unit and data was reported in several. */
  readonly units: readonly string[];
}

/**
 * Returns the metric's windows in one unit. Without a unit, CloudWatch uses the first unit with data, by name, and
 * reports that there were several.
 */
export function queryMetric(
  metric: Metric | undefined,
  unit: string | undefined,
  range: TimeRange,
): MetricWindows {
  const candidates = unit === undefined ? [...(metric?.units.keys() ?? [])].sort() : [unit];
  const found = candidates
    .map((name) => ({ name, windows: collectWindows(metric, name, range) }))
    .filter(({ windows }) => windows.some((window) => window.count > 0));
  return {
    windows: found[0]?.windows ?? collectWindows(undefined, "", range),
    units: found.map(({ name }) => name),
  };
}

/** Returns the metric's windows in exactly this unit. */
export function collectWindows(
  metric: Metric | undefined,
  unit: string,
  range: TimeRange,
): Aggregate[] {
  const windows = Array.from({ length: range.count }, emptyAggregate);
  metric?.units.get(unit)?.collect(windows, range.start, range.period);
  return windows;
}

export function metricId(
  namespace: string | undefined,
  name: string | undefined,
  dimensions: readonly Dimension[] = [],
): MetricId {
  return {
    namespace: namespace ?? "",
    name: name ?? "",
    dimensions: dimensions
      .map(({ Name = "", Value = "" }) => ({ name: Name, value: Value }))
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
  };
}

export function metricKey({ namespace, name, dimensions }: MetricId): string {
  return JSON.stringify([namespace, name, ...dimensions.map((one) => [one.name, one.value])]);
}
