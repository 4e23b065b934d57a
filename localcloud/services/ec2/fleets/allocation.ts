import type { Market } from "../catalog/poolLimits";
import { type Fleet, type FleetMember, fulfilled, type Pool } from "./model";

/**
 * Returns the pools in the order in which the fleet tries them for its next instance. This cloud has no prices:
 * strategies by price use the order of the request instead.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-fleet-allocation-strategy.html
 *
 * @param room returns how many more instances a pool has; Infinity without a configured limit.
 */
export function poolsInOrder(
  fleet: Pick<Fleet, "pools" | "members" | "strategy" | "poolsToUse">,
  market: Market,
  room: (pool: Pool) => number,
): Pool[] {
  const units = (pool: Pool): number =>
    fulfilled({ members: membersOf(fleet.members, pool, market) });
  const open = fleet.pools.filter((pool) => room(pool) > 0);
  if (market === "on-demand") return byPriority(open);
  switch (fleet.strategy) {
    case "lowestPrice":
      return [
        ...[...open.slice(0, fleet.poolsToUse)].sort((a, b) => units(a) - units(b)),
        ...open.slice(fleet.poolsToUse),
      ];
    case "diversified":
      return [...open].sort((a, b) => units(a) - units(b));
    case "capacityOptimizedPrioritized":
      return byPriority(open);
    default:
      // Pools with the most capacity first; among equals, the one that the fleet uses least.
      return [...open].sort((a, b) => compareRoom(room(b), room(a)) || units(a) - units(b));
  }
}

function compareRoom(one: number, other: number): number {
  return one === other ? 0 : one - other;
}

function byPriority(pools: readonly Pool[]): Pool[] {
  return [...pools].sort((a, b) => (a.priority ?? Infinity) - (b.priority ?? Infinity) || 0);
}

function membersOf(
  members: ReadonlyMap<string, FleetMember>,
  pool: Pool,
  market: Market,
): Map<string, FleetMember> {
  return new Map([...members].filter(([, one]) => one.pool === pool && one.market === market));
}

/** Returns the market of the next missing unit: On-Demand first, because it is the base. */
export function missing(
  fleet: Pick<Fleet, "target" | "onDemandTarget" | "members">,
): Market | undefined {
  const { onDemandTarget, target } = fleet;
  if (fulfilled(fleet, "on-demand") < onDemandTarget) return "on-demand";
  return fulfilled(fleet, "spot") < target - onDemandTarget ? "spot" : undefined;
}

/** Returns the instance to terminate next after the target was lowered; none if the target would then be missed. */
export function excess(
  fleet: Pick<Fleet, "target" | "onDemandTarget" | "members">,
): FleetMember | undefined {
  const limits = { spot: fleet.target - fleet.onDemandTarget, "on-demand": fleet.onDemandTarget };
  const load = (one: FleetMember): number =>
    fulfilled({ members: membersOf(fleet.members, one.pool, one.market) });
  return [...fleet.members.values()]
    .filter((one) => fulfilled(fleet, one.market) - one.pool.weight >= limits[one.market])
    .sort((a, b) => load(b) - load(a))[0];
}
