import { nextDrains } from "../containerInstances/drains";
import { registeredArns } from "../containerInstances/machines";
import { returningOf } from "../containerInstances/returning";
import type { Memory } from "../scaling/memory";
import { refusal, type Scaled, type Maintained } from "../scaling/scaled";
import { type ClusterState, type RememberedCluster, storedCluster } from "./cluster";
import type { ClusterScalerSettings } from "./configuration";
import { NAMESPACE } from "./namespace";
import { planOf } from "./plan";
import type { ClusterSnapshot } from "./readCluster";
import { hasLoneTasks, isWokenByEvents, lastActivityAt } from "./wakeUps";

export const deploymentOnlyModule = true;

/** Reads and changes a cluster and its group. */
export interface ClusterAccess {
  /** @throws Error named ScalingRefused for a group that does not exist. */
  read(memory: Promise<Memory>): Promise<ClusterSnapshot>;
  /** @throws Error named ScalingRefused when ECS itself scales the group. */
  refuseManaged(snapshot: ClusterSnapshot): Promise<void>;
  setStatus(arns: readonly string[], status: "ACTIVE" | "DRAINING"): Promise<void>;
  setDesiredCapacity(desired: number, snapshot: ClusterSnapshot): Promise<void>;
  endInstance(ec2InstanceId: string): Promise<void>;
}

/** Describes how to read and change a cluster and its group. */
export function scaledCluster(
  access: ClusterAccess,
  label: Scaled["label"],
  settings: ClusterScalerSettings,
): Scaled<ClusterSnapshot> {
  return {
    namespace: NAMESPACE,
    label,
    read: (memory) => access.read(memory),
    refuseOthers: (snapshot) => access.refuseManaged(snapshot),
    claim(to, { now, counts }) {
      const { leaving } = planOf(counts.state, counts.kept, { to, now });
      return storedCluster(withLeaving(counts, leaving));
    },
    change: (to, counts) => change(access, counts, to),
    maintain: ({ now, counts, isTick }) =>
      Promise.resolve(maintain(access, settings, counts, { now, isTick })),
  };
}

async function change(access: ClusterAccess, snapshot: ClusterSnapshot, to: number): Promise<void> {
  const { state, kept } = snapshot;
  const plan = planOf(state, kept, { to, now: 0 });
  const { returning } = withLeaving({ state, kept }, plan.leaving);
  await access.setStatus(arnsOf(state, returning), "ACTIVE");
  await access.setStatus(arnsOf(state, plan.drained), "DRAINING");
  const { desiredCapacity } = plan;
  if (desiredCapacity !== undefined) await access.setDesiredCapacity(desiredCapacity, snapshot);
}

/** Finishes drains, and reports tasks that can never be placed. */
function maintain(
  access: ClusterAccess,
  settings: ClusterScalerSettings,
  { state, kept, need }: ClusterSnapshot,
  { now, isTick }: { readonly now: number; readonly isTick: boolean },
): Maintained {
  const { drainTimeout } = settings;
  const drains = nextDrains(state, kept, { now, drainTimeout });
  const { restUntil, ended, drained } = drains;
  const next = withLeaving({ state, kept }, drains.leaving);
  const active = arnsOf(state, next.returning);
  const lastActivity = lastActivityAt(state, kept, { now, isTick });
  const problems = [...drains.problems, ...need.tooLarge];
  const act = async (): Promise<void> => {
    await access.setStatus(active, "ACTIVE");
    await access.setStatus(registeredArns(drained), "DRAINING");
    for (const { ec2InstanceId } of ended) await access.endInstance(ec2InstanceId);
    // Fails the run: the alarm on errors notifies the user.
    if (problems.length > 0) throw refusal(`${problems.join("; ")}.`);
  };
  const isIdle = ended.length + active.length + drained.length + problems.length === 0;
  return {
    kept: storedCluster({
      ...next,
      lastActivity,
      hadLoneTasks: hasLoneTasks(state),
      ...(restUntil === undefined ? {} : { restUntil }),
    }),
    wakesItself: isWokenByEvents(state, { restUntil, lastActivity }, { now, settings }),
    again: next.leaving.length + next.returning.length > 0,
    done: [...drains.done, ...need.tooLarge],
    ...(isIdle ? {} : { act }),
  };
}

/** Replaces the leaving instances: those that do not leave any more accept tasks again. */
function withLeaving(
  { state: { machines }, kept }: Pick<ClusterSnapshot, "state" | "kept">,
  leaving: RememberedCluster["leaving"],
): RememberedCluster & { readonly returning: readonly string[] } {
  return { ...kept, leaving, returning: returningOf(machines, kept, leaving) };
}

function arnsOf({ machines }: ClusterState, ids: readonly string[]): string[] {
  return registeredArns(machines.filter(({ ec2InstanceId }) => ids.includes(ec2InstanceId)));
}
