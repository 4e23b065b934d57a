import type { DrainState } from "../containerInstances/drains";
import type { Size } from "../containerInstances/fit";
import type { ClusterInstance, LeavingInstance } from "../containerInstances/machines";
import type { Notice, NoticeKind } from "../scaling/notices";
import { withoutStoredNames, withStoredNames } from "../scaling/storedNames";

export const deploymentOnlyModule = true;

export type Market = "spot" | "on-demand";

/** An instance of a fleet. */
export interface FleetMachine extends ClusterInstance {
  /** Units of the target capacity. */
  readonly units: number;
  readonly market: Market;
}

/** An instance of a fleet that is being removed. */
export interface LeavingFleetInstance extends LeavingInstance {
  /** The target is lower than the present capacity, or Spot has sent a notice. */
  readonly cause: "scaleIn" | NoticeKind;
}

/** Size of the next instances. */
export interface InstanceSize {
  readonly size: Size;
  /** Units of the target capacity. */
  readonly units: number;
}

/** State that is kept between evaluations. */
export interface RememberedFleet extends DrainState<LeavingFleetInstance> {
  /** Ids of instances that must accept tasks again, until they do. */
  readonly returning: readonly string[];
  /** Times of Spot's interruptions in the last day, milliseconds since the epoch. */
  readonly interruptions: readonly number[];
  /** Size of a new instance, as of the latest ones: without instances the size cannot be read. */
  readonly next?: InstanceSize;
}

const DAY = 24 * 3_600_000;

/** The state of deployed scalers has these names. */
const STORED_NAMES = { leaving: "victims" };

export function fleetKeptOf(stored: unknown): RememberedFleet {
  const kept: Partial<RememberedFleet> = withoutStoredNames(stored, STORED_NAMES);
  return { leaving: [], returning: [], interruptions: [], ...kept };
}

/** Returns the state as it is stored until the next evaluation. */
export function storedFleet(kept: RememberedFleet): object {
  return withStoredNames(kept, STORED_NAMES);
}

/**
 * Adds Spot's notices since. The same notice twice counts once, and an interruption notice replaces the others: only
 * two minutes are left.
 */
export function withNotices(
  kept: RememberedFleet,
  notices: readonly Notice[],
  { now, drainsOnRebalance }: { readonly now: number; readonly drainsOnRebalance: boolean },
): RememberedFleet {
  const relevant = notices.filter(({ kind }) => kind === "interruption" || drainsOnRebalance);
  const leaving = relevant.reduce(withNotice, kept.leaving);
  const times = relevant.filter(({ kind }) => kind === "interruption").map(({ at }) => at);
  const interruptions = [...kept.interruptions, ...times].filter((at) => at > now - DAY);
  return { ...kept, leaving, interruptions };
}

function withNotice(
  leaving: readonly LeavingFleetInstance[],
  { ec2InstanceId, kind, at }: Notice,
): readonly LeavingFleetInstance[] {
  const known = leaving.find((one) => one.ec2InstanceId === ec2InstanceId);
  if (known && (known.ending || known.cause === "interruption" || kind === "rebalance"))
    return leaving;
  const others = leaving.filter((one) => one !== known);
  return [...others, { ec2InstanceId, since: at, cause: kind }];
}

export function unitsIn(machines: readonly FleetMachine[], market?: Market): number {
  return machines
    .filter((one) => market === undefined || one.market === market)
    .reduce((sum, { units }) => sum + units, 0);
}
