import type { LogGroup, LogStream } from "../store";

const DAY_MS = 86_400_000;

/** Deletes events that have exceeded the group's retention period. */
export function applyRetention(group: LogGroup, now: number): void {
  if (group.retentionInDays === undefined) return;
  const oldest = now - group.retentionInDays * DAY_MS;
  for (const stream of group.streams.values()) dropBefore(stream, oldest);
}

/** Deletes the events of a stream that are older than `timestamp`. */
function dropBefore(stream: LogStream, timestamp: number): void {
  const keep = stream.events.findIndex((event) => event.timestamp >= timestamp);
  const count = keep < 0 ? stream.events.length : keep;
  if (count === 0) return;
  const dropped = stream.events.slice(0, count);
  stream.events = stream.events.slice(count);
  stream.storedBytes -= dropped.reduce((sum, event) => sum + event.bytes, 0);
}
