import type { CallContext } from "../../../core/service";
import { invalidParameter } from "../api";
import type { Ec2Store } from "../store";
import type { Fleet } from "./model";

/** Creates a fleet of either kind and starts launching its instances. */
export function beginFleet(
  { store, clock }: CallContext<Ec2Store>,
  parts: Omit<
    Fleet,
    | "createdAt"
    | "state"
    | "members"
    | "leaving"
    | "history"
    | "hasAsked"
    | "terminatesExcess"
    | "wake"
  >,
): Fleet {
  checkTargets(parts);
  if (parts.pools.length === 0)
    throw invalidParameter("A fleet needs a launch template or a launch specification.");
  const fleet: Fleet = {
    ...parts,
    createdAt: clock.date(),
    state: "submitted",
    members: new Map(),
    leaving: new Map(),
    history: [],
    hasAsked: false,
    terminatesExcess: false,
  };
  const all = fleet.kind === "spotFleet" ? store.spotFleets : store.ec2Fleets;
  all.set(fleet.id, fleet);
  store.fleetKeeper.begin(fleet);
  return fleet;
}

function checkTargets({ target, onDemandTarget }: Pick<Fleet, "target" | "onDemandTarget">): void {
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/fleet-quotas.html
  if (!(target >= 0 && target <= 10_000))
    throw invalidParameter(`The target capacity ${target} must be between 0 and 10000.`);
  if (onDemandTarget > target)
    throw invalidParameter(
      "The On-Demand target capacity cannot exceed the total target capacity.",
    );
}

/** Changes the targets, and the policy for instances above them; undefined values stay unchanged. */
export function retarget(
  fleet: Fleet,
  {
    target = fleet.target,
    onDemandTarget,
    keepsExcess = fleet.keepsExcess,
  }: {
    readonly target?: number;
    readonly onDemandTarget?: number;
    readonly keepsExcess?: boolean;
  },
): void {
  const base = onDemandTarget ?? Math.min(fleet.onDemandTarget, target);
  checkTargets({ target, onDemandTarget: base });
  fleet.keepsExcess = keepsExcess;
  fleet.terminatesExcess = !keepsExcess && target < fleet.target;
  fleet.target = target;
  fleet.onDemandTarget = base;
}

/** Converts a strategy name: `price-capacity-optimized` of EC2 Fleet is `priceCapacityOptimized` of Spot Fleet. */
export function camelCase(strategy: string): string {
  return strategy.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
