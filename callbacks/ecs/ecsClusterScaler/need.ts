import { fits, instancesFor, pack, type Size } from "../containerInstances/fit";
import { isOpen, isVictim, type Machine } from "../containerInstances/machines";
import type { Waiting } from "../containerInstances/readServices";
import type { Need } from "../scaling/model";
import type { ClusterState, Kept } from "./cluster";
import { removable } from "./victims";

export const deploymentOnlyModule = true;

/** What a cluster needs, of places and instances. */
export interface ClusterNeed extends Need {
  /** Services with tasks that fit on no instance, in words. */
  readonly tooLarge: readonly string[];
}

/**
 * How many instances there must be for the tasks that wait, and how many can be spared. What was asked for and is not
 * there yet is counted as empty.
 */
export function needOf(
  state: ClusterState,
  { victims, size, restUntil }: Kept,
  { spare, now }: { readonly spare: number; readonly now: number },
): ClusterNeed {
  const desired = state.desiredCapacity - victims.length;
  const staying = state.machines.filter((one) => !isVictim(victims, one));
  const coming = desired - staying.filter((one) => one.isCapacity && isThere(one)).length;
  const open = staying.filter(isOpen).map(({ registered }) => registered.free);
  const empty = size ? Array.from({ length: Math.max(0, coming) }, () => size) : [];
  const wait = state.waiting.filter((one) => !isTooLarge(one, state, size));
  const tooLarge = state.waiting.filter((one) => isTooLarge(one, state, size)).map(describe);
  const wanted = [...wait.flatMap(sizesOf), ...spareOf(state, spare)];
  const { left } = pack(wanted, [...open, ...empty]);
  const more = moreFor(left, size, coming);
  const count = wait.reduce((sum, one) => sum + one.count, 0);
  const why =
    count > 0 ? `${count} tasks wait for a place` : `room for ${spare} more tasks is to be spare`;
  const rests = restUntil !== undefined && now < restUntil;
  const canGo =
    wait.length > 0 || more > 0 || rests ? 0 : removable(state, victims, { spare, size });
  return { wanted: more > 0 ? desired + more : 0, least: desired - canGo, why, tooLarge };
}

/** Its agent has registered, whatever it is doing now. */
export function isThere({ registered }: Machine): boolean {
  return registered !== undefined;
}

/** Without an instance ever seen nobody knows how much one takes: the first is to tell. */
function moreFor(left: readonly Size[], size: Size | undefined, coming: number): number {
  if (left.length === 0) return 0;
  if (!size) return coming > 0 ? 0 : 1;
  return instancesFor(
    left.filter((one) => fits(one, size)),
    size,
  );
}

export function spareOf({ largest }: ClusterState, spare: number): Size[] {
  return largest ? Array.from({ length: spare }, () => largest) : [];
}

function sizesOf({ count, size }: Waiting): Size[] {
  return Array.from({ length: count }, () => size);
}

/** No instance that there is or will be takes one of its tasks, even when it is empty. */
function isTooLarge(
  { size }: Waiting,
  { machines }: ClusterState,
  fresh: Size | undefined,
): boolean {
  const all = [...machines.flatMap(({ registered }) => registered?.size ?? []), fresh];
  const known = all.filter((one) => one !== undefined);
  return known.length > 0 && !known.some((one) => fits(size, one));
}

function describe({ service, size: { cpu, memory, interfaces, ports } }: Waiting): string {
  const more = [
    ...(interfaces > 0 ? ["a network interface"] : []),
    ...(ports.length > 0 ? [`the ports ${ports.join(", ")}`] : []),
  ];
  const takes = [`${cpu} CPU units`, `${memory} MiB`, ...more].join(", ");
  return `a task of the service ${service} takes ${takes}: no instance has that, even when it is empty`;
}
