import { pack, type Size } from "../containerInstances/fit";
import { isOpen, type LeavingInstance } from "../containerInstances/machines";
import { movingTasks, removalOrder } from "../containerInstances/removalOrder";
import type { ClusterState } from "./cluster";

export const deploymentOnlyModule = true;

/**
 * Returns how many instances can be removed, in that order, so that each service's task still has room elsewhere. Tasks
 * that RunTask started need no other room: the scaler waits for their end.
 */
export function removable(
  state: ClusterState,
  leaving: readonly LeavingInstance[],
  { spare, size }: { readonly spare: number; readonly size: Size | undefined },
): number {
  const order = removalOrder(state, leaving);
  // Requested instances that have not begun to start can be removed without moving any task.
  const capacity = state.machines.filter(({ isCapacity }) => isCapacity).length;
  const unstarted = Math.max(0, state.desiredCapacity - capacity);
  const largest = size ? state.largest : undefined;
  const extra = largest ? Array.from({ length: spare }, () => largest) : [];
  let count = 0;
  while (count < order.length) {
    const all = [...leaving, ...order.slice(0, count + 1)];
    const gone = all.map(({ ec2InstanceId }) => ec2InstanceId);
    const staying = state.machines.filter((one) => !gone.includes(one.ec2InstanceId));
    const going = state.machines.filter((one) => gone.includes(one.ec2InstanceId));
    const moving = going
      .flatMap(movingTasks)
      .filter(({ service }) => service !== undefined)
      .map((task) => task.size);
    const rooms = staying.filter(isOpen).map(({ registered }) => registered.free);
    if (pack([...moving, ...extra], rooms).left.length > 0) break;
    count += 1;
  }
  return count + unstarted;
}
