import type { CallContext } from "../../../core/service";
import { makeRoom, MAX_GROUP_BYTES } from "./appendEvents";
import { groupBytes, type LogEvent, type LogGroup, type LogsStore } from "../store";

/**
 * Maximum bytes of all groups of a region, counted as PutLogEvents does; beyond it, the largest groups lose events.
 */
export const MAX_REGION_BYTES = 32 * 1024 * 1024;

/** Number of new bytes between two sums over all groups, because there may be thousands of streams. */
const CHECK_EVERY_BYTES = 1024 * 1024;

type Context = Pick<CallContext<LogsStore>, "store" | "cloud" | "clock">;

/** Keeps the region within its budget after new events. */
export function keepBudget(
  events: readonly Pick<LogEvent, "bytes">[],
  context: Context,
  maxBytes = MAX_REGION_BYTES,
  checkEvery = CHECK_EVERY_BYTES,
): void {
  const { store } = context;
  for (const { bytes } of events) store.unchecked += bytes;
  if (store.unchecked < checkEvery) return;
  store.unchecked = 0;
  const level = fairShare([...store.groups.values()].map(groupBytes), maxBytes);
  for (const group of store.groups.values())
    if (makeRoom(group, level) > 0) reportDroppedEvents(group, context);
}

/** Returns the maximum size of each group, so that the sum stays within the budget and small groups lose nothing. */
function fairShare(sizes: readonly number[], budget: number): number {
  let left = budget;
  const ascending = [...sizes].sort((one, other) => one - other);
  for (const [index, size] of ascending.entries()) {
    const share = left / (ascending.length - index);
    if (size > share) return share;
    left -= size;
  }
  return Infinity;
}

/** Reports, once for each group, that events were dropped which AWS would have kept. */
export function reportDroppedEvents(group: LogGroup, { cloud, clock }: Context): void {
  if (group.toldOfCut) return;
  group.toldOfCut = true;
  cloud.events.emit("serviceMessage", {
    source: "CloudWatch Logs",
    timestamp: clock.now(),
    message:
      `The oldest events of ${group.name} were dropped: the local cloud keeps ${MAX_GROUP_BYTES / 1024 ** 2} MB ` +
      `of a log group and ${MAX_REGION_BYTES / 1024 ** 2} MB of all groups. Further lines are dropped silently.`,
  });
}
