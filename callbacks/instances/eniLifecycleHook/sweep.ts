import type { HookEngine } from "../lifecycleHooks/hookHandler";
import type { HookMessage } from "../lifecycleHooks/hookMessage";
import { handleOverdue } from "../lifecycleHooks/overdue";
import { findGroups, findWaiting } from "../lifecycleHooks/waiting";
import { type Ec2Calls, findInstances, findInterfaces } from "./interfaces";
import { type FoundInstance, type FoundInterface, isAlive } from "./model";
import { release } from "./release";

export const deploymentOnlyModule = true;

/** What a sweep found and did. */
export interface Swept {
  /** Interfaces that were released, because their instance is gone or would have left them behind. */
  readonly released: readonly string[];
  /** Instances that waited though nobody was told, or whoever was told has failed. */
  readonly waiting: readonly string[];
}

/** Milliseconds after its start in which an instance is not yet overdue: whoever was told of it is at work. */
const TOLD_WITHIN = 120_000;

/** Finds what notifications, retries and rollbacks have left. */
export async function sweep(engine: HookEngine, calls: Ec2Calls, hookId: string): Promise<Swept> {
  const { client, settings } = engine;
  const [groups, interfaces] = await Promise.all([
    findGroups(client, calls.retry),
    findInterfaces(calls, hookId),
  ]);
  const messages = await findWaiting(client, calls.retry, groups, settings.hooks);
  const members = new Set(
    groups.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId = "" }) => InstanceId)),
  );
  const ids = new Set([...interfaces, ...messages].map(({ instanceId }) => instanceId));
  const instances = await findInstances(calls, [...ids]);
  const left = leftInterfaces(interfaces, instances, members);
  const overdue = overdueMessages(messages, instances, engine.deps.now());
  // A wait that is over ends well; one that fails is told, and found again by the next sweep.
  const settled = await Promise.allSettled([
    release(calls, left),
    handleOverdue(engine, groups, overdue),
  ]);
  // An interface that cannot be released leaves no instance waiting.
  const failed = settled.find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
  const swept = {
    released: left.map(({ id }) => id),
    waiting: overdue.map(({ instanceId }) => instanceId),
  };
  console.info("swept", swept);
  return swept;
}

/**
 * Interfaces whose instance is gone, for EC2 and for its group: one of them may not know it yet. And those that are
 * attached but would outlive their instance. A retained instance is alive, and keeps its interfaces.
 */
export function leftInterfaces(
  interfaces: readonly FoundInterface[],
  instances: readonly FoundInstance[],
  members: ReadonlySet<string>,
): FoundInterface[] {
  const byId = new Map(instances.map((one) => [one.id, one]));
  return interfaces.filter(({ instanceId, attachment }) => {
    if (attachment) return !attachment.deleteOnTermination;
    const instance = byId.get(instanceId);
    return instance ? !isAlive(instance) : !members.has(instanceId);
  });
}

/** A launch that nobody handles, and every end that waits. */
export function overdueMessages(
  messages: readonly HookMessage[],
  instances: readonly FoundInstance[],
  now: number,
): HookMessage[] {
  const startedAt = new Map(instances.map(({ id, launchedAt }) => [id, launchedAt]));
  return messages.filter(({ instanceId, transition }) => {
    const at = startedAt.get(instanceId);
    return transition === "terminating" || at === undefined || now - at > TOLD_WITHIN;
  });
}

/** Before the function itself goes: nothing stays that would keep a subnet or a security group from being deleted. */
export async function releaseAll(
  calls: Ec2Calls,
  hookId: string,
): Promise<{ readonly released: readonly string[] }> {
  const found = await findInterfaces(calls, hookId);
  await release(calls, found);
  return { released: found.map(({ id }) => id) };
}
