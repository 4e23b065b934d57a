export interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
}

// Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
const MAX_EVENTS = 10_000;
const MAX_BYTES = 1_048_576;
const OVERHEAD_BYTES = 26;

/** Splits the events, in order, into as few batches as PutLogEvents allows. */
export function logBatches(events: readonly LogEvent[]): LogEvent[][] {
  const batches: LogEvent[][] = [];
  let bytes = Infinity;
  for (const event of events) {
    const size = Buffer.byteLength(event.message) + OVERHEAD_BYTES;
    const batch = batches[batches.length - 1];
    if (bytes + size <= MAX_BYTES && batch.length < MAX_EVENTS) batch.push(event);
    else batches.push([event]);
    bytes = batch === batches[batches.length - 1] ? bytes + size : size;
  }
  return batches;
}
