import { nextDrains } from "../containerInstances/drains";
import { registeredArns } from "../containerInstances/machines";
import { returningOf } from "../containerInstances/returning";
import type { Memory } from "../scaling/memory";
import { refusal, type Scaled, type Maintained } from "../scaling/scaled";
import type { ClusterState, RememberedCluster } from "./cluster";
import type { ClusterScalerSettings } from "./configuration";
import { NAMESPACE } from "./namespace";
import { planOf } from "./plan";
import type { ClusterLook } from "./readCluster";
import { hasLoneTasks, isWokenByEvents, lastActivityAt } from "./wakeUps";

export const deploymentOnlyModule = true;

/** How a cluster and its group are read and changed. */
export interface ClusterDoor {
  /** @throws Error named ScalingRefused for a group that does not exist. */
  read(memory: Promise<Memory>): Promise<ClusterLook>;
  /** @throws Error named ScalingRefused when ECS itself scales the group. */
  refuseManaged(look: ClusterLook): Promise<void>;
  setStatus(arns: readonly string[], status: "ACTIVE" | "DRAINING"): Promise<void>;
  setDesiredCapacity(desired: number, look: ClusterLook): Promise<void>;
  endInstance(ec2InstanceId: string): Promise<void>;
}

/** Describes how to read and change a cluster and its group. */
export function scaledCluster(
  door: ClusterDoor,
  label: Scaled["label"],
  settings: ClusterScalerSettings,
): Scaled<ClusterLook> {
  return {
    namespace: NAMESPACE,
    label,
    read: (memory) => door.read(memory),
    refuseOthers: (look) => door.refuseManaged(look),
    claim(to, { now, counts }) {
      const { victims } = planOf(counts.state, counts.kept, { to, now });
      return withVictims(counts, victims);
    },
    change: (to, counts) => change(door, counts, to),
    maintain: ({ now, counts, isTick }) =>
      Promise.resolve(maintain(door, settings, counts, { now, isTick })),
  };
}

async function change(door: ClusterDoor, look: ClusterLook, to: number): Promise<void> {
  const { state, kept } = look;
  const plan = planOf(state, kept, { to, now: 0 });
  const { returning } = withVictims({ state, kept }, plan.victims);
  await door.setStatus(arnsOf(state, returning), "ACTIVE");
  await door.setStatus(arnsOf(state, plan.drained), "DRAINING");
  const { desiredCapacity } = plan;
  if (desiredCapacity !== undefined) await door.setDesiredCapacity(desiredCapacity, look);
}

/** Finishes drains, and reports tasks that can never be placed. */
function maintain(
  door: ClusterDoor,
  settings: ClusterScalerSettings,
  { state, kept, need }: ClusterLook,
  { now, isTick }: { readonly now: number; readonly isTick: boolean },
): Maintained {
  const { drainTimeout } = settings;
  const drains = nextDrains(state, kept, { now, drainTimeout });
  const { restUntil, ended, drained } = drains;
  const next = withVictims({ state, kept }, drains.victims);
  const active = arnsOf(state, next.returning);
  const stirred = lastActivityAt(state, kept, { now, isTick });
  const problems = [...drains.problems, ...need.tooLarge];
  const act = async (): Promise<void> => {
    await door.setStatus(active, "ACTIVE");
    await door.setStatus(registeredArns(drained), "DRAINING");
    for (const { ec2InstanceId } of ended) await door.endInstance(ec2InstanceId);
    // Fails the run: the alarm on errors notifies the user.
    if (problems.length > 0) throw refusal(`${problems.join("; ")}.`);
  };
  const isIdle = ended.length + active.length + drained.length + problems.length === 0;
  return {
    kept: {
      ...next,
      stirred,
      hadLoneTasks: hasLoneTasks(state),
      ...(restUntil === undefined ? {} : { restUntil }),
    },
    wakesItself: isWokenByEvents(state, { restUntil, stirred }, { now, settings }),
    again: next.victims.length + next.returning.length > 0,
    done: [...drains.done, ...need.tooLarge],
    ...(isIdle ? {} : { act }),
  };
}

/** Replaces the victims: instances that are no longer victims accept tasks again. */
function withVictims(
  { state: { machines }, kept }: Pick<ClusterLook, "state" | "kept">,
  victims: RememberedCluster["victims"],
): RememberedCluster & { readonly returning: readonly string[] } {
  return { ...kept, victims, returning: returningOf(machines, kept, victims) };
}

function arnsOf({ machines }: ClusterState, ids: readonly string[]): string[] {
  return registeredArns(machines.filter(({ ec2InstanceId }) => ids.includes(ec2InstanceId)));
}
