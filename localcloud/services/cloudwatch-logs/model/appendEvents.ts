import { groupBytes, type LogEvent, type LogGroup, type LogStream } from "../store";

/** Most bytes that one group keeps; beyond it the oldest events go (AWS keeps everything). */
export const MAX_GROUP_BYTES = 32 * 1024 * 1024;

/** How full the group is after it had to make room, so that this does not happen for every batch. */
const FILL_AFTER_DROP = 0.9;

/** Adds events, themselves in order, to a stream and keeps the group within its bound; returns how many it dropped. */
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

/** Earlier events first; those of one instant in the order of their arrival. */
export function compareEvents(a: LogEvent, b: LogEvent): number {
  return a.timestamp - b.timestamp || a.id - b.id;
}

/** Drops the oldest events of a group that holds more than this; returns how many. */
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
