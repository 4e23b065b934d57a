import type { CallContext } from "../../../core/service";
import { makeRoom, MAX_GROUP_BYTES } from "./appendEvents";
import { groupBytes, type LogEvent, type LogGroup, type LogsStore } from "../store";

/** Most bytes that the groups of a region keep together, as PutLogEvents counts them; beyond it the largest ones shrink. */
export const MAX_REGION_BYTES = 64 * 1024 * 1024;

/** The sum of all groups is looked at once in so many bytes: there may be thousands of streams. */
const CHECK_EVERY_BYTES = 1024 * 1024;

type Context = Pick<CallContext<LogsStore>, "store" | "cloud" | "clock">;

/** Keeps the region within its budget after these events came. */
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
    if (makeRoom(group, level) > 0) tellOfCut(group, context);
}

/** What each may have at most, so that all together have no more than the budget and the small ones lose nothing. */
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

/** Once for each group: AWS would have kept what is gone. */
export function tellOfCut(group: LogGroup, { cloud, clock }: Context): void {
  if (group.toldOfCut) return;
  group.toldOfCut = true;
  cloud.events.emit("serviceMessage", {
    source: "CloudWatch Logs",
    timestamp: clock.now(),
    message:
      `The oldest events of ${group.name} were dropped: the local cloud keeps ${MAX_GROUP_BYTES / 1024 ** 2} MB ` +
      `of a log group and ${MAX_REGION_BYTES / 1024 ** 2} MB of all groups. It drops more without a word.`,
  });
}
