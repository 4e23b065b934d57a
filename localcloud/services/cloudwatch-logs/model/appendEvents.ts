import { groupBytes, type LogEvent, type LogGroup, type LogStream } from "../store";

/** Maximum bytes of one group; beyond it, the oldest events are dropped (AWS keeps all). */
export const MAX_GROUP_BYTES = 16 * 1024 * 1024;

/** Share of the maximum that a group keeps when events are dropped, so that not every batch drops some. */
const FILL_AFTER_DROP = 0.9;

/**
 * Adds events, which are in order, to a stream, and keeps the group within its maximum. Returns how many events it
 * dropped.
 */
export function appendEvents(
  group: LogGroup,
  stream: LogStream,
  events: readonly LogEvent[],
  now: number,
  maxBytes = MAX_GROUP_BYTES,
): number {
  if (events.length === 0) return 0;
  const last = stream.events[stream.events.length - 1];
  const isLater = !last || events[0].timestamp >= last.timestamp;
  for (const event of events) stream.events.push(event);
  if (!isLater) stream.events.sort(compareEvents);
  stream.storedBytes += events.reduce((sum, event) => sum + event.bytes, 0);
  stream.lastIngestionTime = now;
  return makeRoom(group, maxBytes);
}

/** Compares events by time, and events of one instant by their arrival. */
export function compareEvents(a: LogEvent, b: LogEvent): number {
  return a.timestamp - b.timestamp || a.id - b.id;
}

/** Drops the oldest events of a group that exceeds this size. Returns how many. */
export function makeRoom(group: LogGroup, maxBytes: number): number {
  let excess = groupBytes(group) - maxBytes;
  if (excess <= 0) return 0;
  excess += maxBytes * (1 - FILL_AFTER_DROP);
  const streams = [...group.streams.values()];
  const oldestFirst = streams.flatMap((stream) => stream.events).sort(compareEvents);
  const dropped = new Set<LogEvent>();
  for (const event of oldestFirst) {
    if (excess <= 0) break;
    dropped.add(event);
    excess -= event.bytes;
  }
  for (const stream of streams) {
    stream.events = stream.events.filter((event) => !dropped.has(event));
    stream.storedBytes = stream.events.reduce((sum, event) => sum + event.bytes, 0);
  }
  return dropped.size;
}
