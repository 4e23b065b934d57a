import type { Victim } from "../containerInstances/machines";
import { victimOrder } from "../containerInstances/victimOrder";
import type { ClusterState, Kept } from "./cluster";

export const deploymentOnlyModule = true;

/** How a count of instances comes to be another one. */
export interface Plan {
  /** What is kept of it before it is done. */
  readonly victims: readonly Victim[];
  /** Ids of instances that are to take tasks again, and of those that are not to any more. */
  readonly undrained: readonly string[];
  readonly drained: readonly string[];
  /** The group's new desired capacity; undefined where it stays. */
  readonly desiredCapacity?: number;
}

/**
 * More: first those that are just being drained, then new ones. Fewer: first what has not begun to start, then victims,
 * for a lower desired capacity would let the group choose them.
 */
export function planOf(
  state: ClusterState,
  { victims }: Kept,
  { to, now }: { readonly to: number; readonly now: number },
): Plan {
  const { desiredCapacity, machines } = state;
  const difference = to - (desiredCapacity - victims.length);
  if (difference >= 0) {
    const back = victims.filter(({ ending }) => !ending).slice(-difference || victims.length);
    const undrained = back.map(({ ec2InstanceId }) => ec2InstanceId);
    const rest = difference - undrained.length;
    return {
      victims: victims.filter(({ ec2InstanceId }) => !undrained.includes(ec2InstanceId)),
      undrained,
      drained: [],
      ...(rest > 0 ? { desiredCapacity: desiredCapacity + rest } : {}),
    };
  }
  const capacity = machines.filter(({ isCapacity }) => isCapacity).length;
  const unstarted = Math.min(-difference, Math.max(0, desiredCapacity - capacity));
  const drained = victimOrder(state, victims)
    .slice(0, -difference - unstarted)
    .map(({ ec2InstanceId }) => ec2InstanceId);
  return {
    victims: [...victims, ...drained.map((ec2InstanceId) => ({ ec2InstanceId, since: now }))],
    undrained: [],
    drained,
    ...(unstarted > 0 ? { desiredCapacity: desiredCapacity - unstarted } : {}),
  };
}
