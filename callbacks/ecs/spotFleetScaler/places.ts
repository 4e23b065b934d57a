import { pack } from "../containerInstances/fit";
import { isOpen, isLeaving } from "../containerInstances/machines";
import {
  countOf,
  describeTooLarge,
  instancesNeeded,
  splitBySize,
  sizesOf,
} from "../containerInstances/places";
import type { Waiting } from "../containerInstances/readServices";
import type { Need } from "../scaling/model";
import { type RememberedFleet, type FleetMachine, type InstanceSize, unitsIn } from "./machines";

export const deploymentOnlyModule = true;

/** The room for tasks, and so the units, that a fleet needs. */
export interface FleetNeed extends Need {
  /** Services with tasks that fit on no instance, in words. */
  readonly tooLarge: readonly string[];
}

/**
 * Of several types, returns the one with the least memory per unit: a unit too many is better than tasks without room.
 */
export function sizeOfNext(machines: readonly FleetMachine[]): InstanceSize | undefined {
  return machines
    .flatMap(({ registered, units }) => (registered ? [{ size: registered.size, units }] : []))
    .sort((a, b) => a.size.memory / a.units - b.size.memory / b.units)
    .at(0);
}

/**
 * Computes how many units the waiting tasks need. A requested instance that is not there yet, or that replaces a
 * leaving one, counts as an empty one.
 */
export function needOf(
  machines: readonly FleetMachine[],
  waiting: readonly Waiting[],
  { desired, kept, rests }: { desired: number; kept: RememberedFleet; rests: boolean },
): FleetNeed {
  const { leaving, next } = kept;
  const staying = machines.filter((one) => !isLeaving(leaving, one));
  const there = staying.filter(({ registered }) => registered !== undefined);
  const coming = Math.ceil(Math.max(0, desired - unitsIn(there)) / (next?.units ?? 1));
  const open = staying.flatMap((one) => (isOpen(one) ? one.registered.free : []));
  const empty = next ? Array.from({ length: coming }, () => next.size) : [];
  const known = [...there.map(({ registered }) => registered?.size), next?.size];
  const sizes = known.filter((one) => one !== undefined);
  const { wait, tooLarge } = splitBySize(waiting, sizes);
  const { left } = pack(wait.flatMap(sizesOf), [...open, ...empty]);
  const more = instancesNeeded(left, next?.size, coming) * (next?.units ?? 1);
  const waits = wait.length > 0;
  return {
    wanted: more > 0 ? desired + more : 0,
    least: waits || rests ? desired : 0,
    why: waits ? `${countOf(wait)} tasks wait for a place` : "a drain did not end",
    tooLarge: tooLarge.map(describeTooLarge),
  };
}
