import type { StoreScope } from "../../core/service";
import { capacityOf } from "./placement";
import type { Group, Member, Refresh } from "./store";

/**
 * Replaces the next instances of a rolling refresh. The minimum of healthy instances stays in service, but at least
 * one instance is replaced at a time; protected ones are waited for.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
 * @returns milliseconds until the next step, if no other event triggers an evaluation of the group
 */
export async function refreshStep(
  group: Group,
  { clock }: StoreScope,
  end: (member: Member, cause: string) => Promise<unknown>,
): Promise<number | undefined> {
  const [refresh] = group.refreshes;
  if (refresh?.status !== "Pending" && refresh?.status !== "InProgress") return undefined;
  refresh.status = "InProgress";
  const all = capacityOf(group);
  const left = all.filter(({ id }) => refresh.toReplace.has(id));
  // Instances that wait for their termination hooks are not capacity: others already start for them.
  const ages = all.map((one) => clock.now() - readyAt(one, refresh));
  const healthy = ages.filter((age) => age >= 0).length;
  if (left.length === 0 && healthy >= group.desired) {
    refresh.status = "Successful";
    refresh.endedAt = clock.date();
    return undefined;
  }
  const least = Math.ceil((group.desired * refresh.minHealthyPercent) / 100);
  const room = Math.max(1, group.desired - least) - (group.desired - healthy);
  const cause = `At ${clock.date().toISOString()} an instance was taken out of service in response to an instance refresh.`;
  const next = left.filter(({ isProtected }) => !isProtected).slice(0, Math.max(0, room));
  for (const member of next) {
    refresh.toReplace.delete(member.id);
    await end(member, cause);
  }
  const warming = ages.filter((age) => age < 0 && Number.isFinite(age)).map((age) => -age);
  return next.length > 0 ? 1000 : warming.length > 0 ? Math.min(...warming) : undefined;
}

/** Returns the progress of a refresh in percent. */
export function refreshedPercent(group: Group, { total, toReplace }: Refresh): number {
  const left = capacityOf(group).filter(({ id }) => toReplace.has(id)).length;
  return total === 0 ? 100 : Math.floor(((total - left) / total) * 100);
}

/** Returns when an instance is warm and counts; instances from before the refresh already are. */
function readyAt({ state, arrivedAt = 0 }: Member, { warmupMs, startedAt }: Refresh): number {
  if (state !== "InService") return Infinity;
  return arrivedAt <= startedAt.getTime() ? arrivedAt : arrivedAt + warmupMs;
}
