import {
  addSample,
  coarsen,
  emptyAggregate,
  mergeAggregate,
  storedValues,
  type Aggregate,
  type Sample,
} from "./aggregate";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/**
 * Retention of data at its original resolution. CloudWatch then keeps 5-minute and 1-hour aggregates for 63 and 455
 * days; this cloud drops them to save memory.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#metrics-retention
 */
const SECOND_RETENTION_MS = 3 * HOUR_MS;
const MINUTE_RETENTION_MS = 15 * 24 * HOUR_MS;

interface Bucket {
  readonly start: number;
  readonly aggregate: Aggregate;
}

/** The data of one metric in one unit: one-second and one-minute buckets, oldest first. */
export class Series {
  private seconds: Bucket[] = [];
  private minutes: Bucket[] = [];

  /** Time of the newest data, milliseconds since the epoch. */
  get newest(): number {
    return Math.max(
      this.seconds[this.seconds.length - 1]?.start ?? -Infinity,
      this.minutes[this.minutes.length - 1]?.start ?? -Infinity,
    );
  }

  /** Number of buckets and of values in them: latencies are all different, hundreds in a minute. */
  get size(): number {
    let size = 0;
    for (const buckets of [this.seconds, this.minutes])
      for (const { aggregate } of buckets) size += 1 + storedValues(aggregate);
    return size;
  }

  /** Rounds the values of all but the newest buckets. */
  coarsen(): void {
    for (const buckets of [this.seconds, this.minutes])
      for (const { aggregate } of buckets.slice(0, -1)) coarsen(aggregate);
  }

  /** Adds data at `timestamp`, stored with a `resolution` of one second or one minute. */
  add(timestamp: number, sample: Sample, resolution: 1 | 60, now: number): void {
    const step = resolution * 1000;
    const start = Math.floor(timestamp / step) * step;
    addSample(bucketAt(resolution === 1 ? this.seconds : this.minutes, start), sample);
    this.prune(now);
  }

  /** Adds the data in `[start + i * period, start + (i + 1) * period)` to the i-th window. */
  collect(windows: Aggregate[], start: number, period: number): void {
    const end = start + windows.length * period;
    for (const buckets of [this.minutes, this.seconds])
      for (let at = lowerBound(buckets, start); at < buckets.length; at++) {
        const bucket = buckets[at];
        if (bucket.start >= end) break;
        mergeAggregate(windows[Math.floor((bucket.start - start) / period)], bucket.aggregate);
      }
  }

  private prune(now: number): void {
    const aged = lowerBound(this.seconds, now - SECOND_RETENTION_MS);
    for (const { start, aggregate } of this.seconds.splice(0, aged))
      mergeAggregate(bucketAt(this.minutes, Math.floor(start / MINUTE_MS) * MINUTE_MS), aggregate);
    this.minutes.splice(0, lowerBound(this.minutes, now - MINUTE_RETENTION_MS));
  }
}

/** Returns the bucket that starts at `start`; creates it if needed. Data usually arrives in order. */
function bucketAt(buckets: Bucket[], start: number): Aggregate {
  const at = lowerBound(buckets, start);
  if (buckets[at]?.start !== start) buckets.splice(at, 0, { start, aggregate: emptyAggregate() });
  return buckets[at].aggregate;
}

/** Returns the index of the first bucket that does not start before `start`. */
function lowerBound(buckets: readonly Bucket[], start: number): number {
  let low = 0;
  let high = buckets.length;
  if (high > 0 && buckets[high - 1].start < start) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (buckets[middle].start < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
