import { pack, type Size } from "../containerInstances/fit";
import { isOpen, type Victim } from "../containerInstances/machines";
import { movingTasks, victimOrder } from "../containerInstances/victimOrder";
import type { ClusterState } from "./cluster";

export const deploymentOnlyModule = true;

/**
 * Returns how many instances can be removed, in that order, so that each service's task still has room elsewhere. Tasks
 * that RunTask started need no other room: the scaler waits for their end.
 */
export function removable(
  state: ClusterState,
  victims: readonly Victim[],
  { spare, size }: { readonly spare: number; readonly size: Size | undefined },
): number {
  const order = victimOrder(state, victims);
  // Requested instances that have not begun to start can be removed without moving any task.
  const capacity = state.machines.filter(({ isCapacity }) => isCapacity).length;
  const unstarted = Math.max(0, state.desiredCapacity - capacity);
  const largest = size ? state.largest : undefined;
  const extra = largest ? Array.from({ length: spare }, () => largest) : [];
  let count = 0;
  while (count < order.length) {
    const leaving = [...victims, ...order.slice(0, count + 1)];
    const gone = leaving.map(({ ec2InstanceId }) => ec2InstanceId);
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
