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
  /** Interfaces that were released, because their instance is terminated or would have left them behind. */
  readonly released: readonly string[];
  /** Instances that still waited because their notification was lost, or the function failed. */
  readonly waiting: readonly string[];
}

/** Milliseconds after its start in which an instance is not overdue: the function may still be working on it. */
const NOTIFICATION_MS = 120_000;

/** Finds what notifications, retries and rollbacks have left behind. */
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
  // A wait that has ended meanwhile is no error; a failure is reported, and the next sweep finds the instance again.
  const settled = await Promise.allSettled([
    release(calls, left),
    handleOverdue(engine, groups, overdue),
  ]);
  // Thrown after the waiting instances were handled: a failed release must not stop them.
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
 * Returns the interfaces to release: those whose instance is terminated both for EC2 and for its group, since one of
 * them may not know it yet; and attached ones that would outlive their instance. A retained instance is alive, and
 * keeps its interfaces.
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

/** Returns the overdue instances: launches that nothing handles, and every waiting termination. */
export function overdueMessages(
  messages: readonly HookMessage[],
  instances: readonly FoundInstance[],
  now: number,
): HookMessage[] {
  const startedAt = new Map(instances.map(({ id, launchedAt }) => [id, launchedAt]));
  return messages.filter(({ instanceId, transition }) => {
    const at = startedAt.get(instanceId);
    return transition === "terminating" || at === undefined || now - at > NOTIFICATION_MS;
  });
}

/**
 * Releases everything before the function itself is deleted: leftover interfaces would prevent the deletion of a subnet
 * or a security group.
 */
export async function releaseAll(
  calls: Ec2Calls,
  hookId: string,
): Promise<{ readonly released: readonly string[] }> {
  const found = await findInterfaces(calls, hookId);
  await release(calls, found);
  return { released: found.map(({ id }) => id) };
}
