import {
  type ClusterState,
  isOpen,
  isVictim,
  type Machine,
  type PlacedTask,
  type Victim,
} from "./cluster";
import { pack, type Size } from "./fit";

export const deploymentOnlyModule = true;

/**
 * In which order instances go: what never came to be a member of the cluster first, then those with the fewest tasks, of
 * which daemons are none; the oldest agents, and those of the zone that has most.
 */
export function victimOrder(state: ClusterState, victims: readonly Victim[]): Machine[] {
  const candidates = state.machines.filter(
    (one) => one.isCapacity && !one.isProtected && !isVictim(victims, one),
  );
  const ordered: Machine[] = [];
  while (ordered.length < candidates.length) {
    const left = candidates.filter((one) => !ordered.includes(one));
    const inZone = (zone: string): number => left.filter((one) => one.zone === zone).length;
    left.sort(
      (a, b) =>
        movingTasks(a).length - movingTasks(b).length ||
        compareVersions(a.registered?.agentVersion, b.registered?.agentVersion) ||
        inZone(b.zone) - inZone(a.zone) ||
        (a.ec2InstanceId < b.ec2InstanceId ? -1 : 1),
    );
    ordered.push(left[0]);
  }
  return ordered;
}

/** What an instance must lose before it ends: daemons go with it. */
export function movingTasks({ registered }: Machine): PlacedTask[] {
  return registered?.tasks.filter(({ isDaemon }) => !isDaemon) ?? [];
}

/**
 * How many instances can go, in that order, with a place for each task of a service elsewhere. What RunTask started is
 * waited for, and needs no other place.
 */
export function removable(
  state: ClusterState,
  victims: readonly Victim[],
  { spare, size }: { readonly spare: number; readonly size: Size | undefined },
): number {
  const order = victimOrder(state, victims);
  // What the group was asked for and has not begun to start takes nothing along.
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

/** `1.9.0` before `1.10.0`. */
export function compareVersions(a = "", b = ""): number {
  return a.localeCompare(b, "en", { numeric: true });
}
