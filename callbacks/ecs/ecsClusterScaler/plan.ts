import type { LeavingInstance } from "../containerInstances/machines";
import { removalOrder } from "../containerInstances/removalOrder";
import type { ClusterState, RememberedCluster } from "./cluster";

export const deploymentOnlyModule = true;

/** How to get from one count of instances to another. */
export interface Plan {
  /** The leaving instances to remember before the plan is carried out. */
  readonly leaving: readonly LeavingInstance[];
  /** Ids of instances that must accept tasks again, and of those that must not any more. */
  readonly undrained: readonly string[];
  readonly drained: readonly string[];
  /** The group's new desired capacity; undefined when it does not change. */
  readonly desiredCapacity?: number;
}

/**
 * Plans a new count. To add: first instances that are still draining, then new ones. To remove: first instances that
 * have not begun to start, then chosen instances, which are drained first: with a lower desired capacity the group
 * itself would choose.
 */
export function planOf(
  state: ClusterState,
  { leaving }: RememberedCluster,
  { to, now }: { readonly to: number; readonly now: number },
): Plan {
  const { desiredCapacity, machines } = state;
  const difference = to - (desiredCapacity - leaving.length);
  if (difference >= 0) {
    const back = leaving.filter(({ ending }) => !ending).slice(-difference || leaving.length);
    const undrained = back.map(({ ec2InstanceId }) => ec2InstanceId);
    const rest = difference - undrained.length;
    return {
      leaving: leaving.filter(({ ec2InstanceId }) => !undrained.includes(ec2InstanceId)),
      undrained,
      drained: [],
      ...(rest > 0 ? { desiredCapacity: desiredCapacity + rest } : {}),
    };
  }
  const capacity = machines.filter(({ isCapacity }) => isCapacity).length;
  const unstarted = Math.min(-difference, Math.max(0, desiredCapacity - capacity));
  const drained = removalOrder(state, leaving)
    .slice(0, -difference - unstarted)
    .map(({ ec2InstanceId }) => ec2InstanceId);
  return {
    leaving: [...leaving, ...drained.map((ec2InstanceId) => ({ ec2InstanceId, since: now }))],
    undrained: [],
    drained,
    ...(unstarted > 0 ? { desiredCapacity: desiredCapacity - unstarted } : {}),
  };
}
