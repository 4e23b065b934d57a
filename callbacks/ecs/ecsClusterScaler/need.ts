import { pack, type Size } from "../containerInstances/fit";
import { isOpen, isLeaving, type ClusterInstance } from "../containerInstances/machines";
import {
  countOf,
  describeTooLarge,
  instancesNeeded,
  splitBySize,
  sizesOf,
} from "../containerInstances/places";
import type { Need } from "../scaling/model";
import type { ClusterState, RememberedCluster } from "./cluster";
import { removable } from "./removable";

export const deploymentOnlyModule = true;

/** The room for tasks, and so the instances, that a cluster needs. */
export interface ClusterNeed extends Need {
  /** Services with tasks that fit on no instance, in words. */
  readonly tooLarge: readonly string[];
}

/**
 * Computes how many instances the waiting tasks need, and how many instances can be removed. An instance that was
 * requested and is not there yet counts as an empty one.
 */
export function needOf(
  state: ClusterState,
  { leaving, size, restUntil }: RememberedCluster,
  { spare, now }: { readonly spare: number; readonly now: number },
): ClusterNeed {
  const desired = state.desiredCapacity - leaving.length;
  const staying = state.machines.filter((one) => !isLeaving(leaving, one));
  const coming = desired - staying.filter((one) => one.isCapacity && isRegistered(one)).length;
  const open = staying.filter(isOpen).map(({ registered }) => registered.free);
  const empty = size ? Array.from({ length: Math.max(0, coming) }, () => size) : [];
  const { wait, tooLarge } = splitBySize(state.waiting, knownSizes(state, size));
  const wanted = [...wait.flatMap(sizesOf), ...spareOf(state, spare)];
  const { left } = pack(wanted, [...open, ...empty]);
  const more = instancesNeeded(left, size, coming);
  const count = countOf(wait);
  const why =
    count > 0 ? `${count} tasks wait for a place` : `room for ${spare} more tasks must stay free`;
  const rests = restUntil !== undefined && now < restUntil;
  const canGo =
    wait.length > 0 || more > 0 || rests ? 0 : removable(state, leaving, { spare, size });
  return {
    wanted: more > 0 ? desired + more : 0,
    least: desired - canGo,
    why,
    tooLarge: tooLarge.map(describeTooLarge),
  };
}

/** Checks whether its agent has registered, in any state. */
export function isRegistered({ registered }: ClusterInstance): boolean {
  return registered !== undefined;
}

export function spareOf({ largest }: ClusterState, spare: number): Size[] {
  return largest ? Array.from({ length: spare }, () => largest) : [];
}

/** Returns the sizes of the present instances, and of a new one. */
function knownSizes({ machines }: ClusterState, fresh: Size | undefined): Size[] {
  const all = [...machines.flatMap(({ registered }) => registered?.size ?? []), fresh];
  return all.filter((one) => one !== undefined);
}
