import type { Draining } from "../containerInstances/drains";
import type { Size } from "../containerInstances/fit";
import type { Machine, Victim } from "../containerInstances/machines";
import type { Notice, NoticeKind } from "../scaling/notices";

export const deploymentOnlyModule = true;

export type Market = "spot" | "on-demand";

/** An instance of a fleet. */
export interface FleetMachine extends Machine {
  /** Of the target capacity. */
  readonly units: number;
  readonly market: Market;
}

/** An instance of a fleet that is on its way out. */
export interface FleetVictim extends Victim {
  /** The target is lower than what there is, or Spot has given notice. */
  readonly cause: "scaleIn" | NoticeKind;
}

/** An instance as the next ones may be. */
export interface InstanceSize {
  readonly size: Size;
  /** Of the target capacity. */
  readonly units: number;
}

/** What is kept from look to look. */
export interface FleetKept extends Draining<FleetVictim> {
  /** Ids of instances that are to take tasks again, until they are seen to. */
  readonly returning: readonly string[];
  /** Times of Spot's interruptions in the last day, milliseconds since the epoch. */
  readonly interruptions: readonly number[];
  /** A new instance, as the last ones came: what is not there cannot be asked. */
  readonly next?: InstanceSize;
}

const DAY = 24 * 3_600_000;

export function fleetKeptOf(kept: unknown): FleetKept {
  return {
    victims: [],
    returning: [],
    interruptions: [],
    ...(kept as Partial<FleetKept> | undefined),
  };
}

/**
 * Adds what Spot has told since. The same notice twice is one, and one of an interruption stands above the others: there
 * are two minutes left.
 */
export function withNotices(
  kept: FleetKept,
  notices: readonly Notice[],
  { now, heedsRebalance }: { readonly now: number; readonly heedsRebalance: boolean },
): FleetKept {
  const heeded = notices.filter(({ kind }) => kind === "interruption" || heedsRebalance);
  const victims = heeded.reduce(withNotice, kept.victims);
  const told = heeded.filter(({ kind }) => kind === "interruption").map(({ at }) => at);
  const interruptions = [...kept.interruptions, ...told].filter((at) => at > now - DAY);
  return { ...kept, victims, interruptions };
}

function withNotice(
  victims: readonly FleetVictim[],
  { ec2InstanceId, kind, at }: Notice,
): readonly FleetVictim[] {
  const known = victims.find((one) => one.ec2InstanceId === ec2InstanceId);
  if (known && (known.ending || known.cause === "interruption" || kind === "rebalance"))
    return victims;
  const others = victims.filter((one) => one !== known);
  return [...others, { ec2InstanceId, since: at, cause: kind }];
}

export function unitsIn(machines: readonly FleetMachine[], market?: Market): number {
  return machines
    .filter((one) => market === undefined || one.market === market)
    .reduce((sum, { units }) => sum + units, 0);
}
