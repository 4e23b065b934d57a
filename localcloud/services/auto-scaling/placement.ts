import type { Group, Member } from "./store";

/**
 * Checks whether an instance counts as capacity. Standby, detached, warm and ending instances do not: others are
 * started for them.
 */
export function isCapacity({ state }: Member): boolean {
  return state.startsWith("Pending") || state === "InService";
}

export function capacityOf({ members }: Group): Member[] {
  return [...members.values()].filter(isCapacity);
}

/** Checks whether an instance is in the warm pool, or about to enter it. */
export function isWarm({ state }: Member): boolean {
  return state.startsWith("Warmed:") && !state.includes("Terminating");
}

/** Checks whether an instance is ending, or waits for its termination hooks. */
export function isEnding({ state }: Member): boolean {
  return state.includes("Terminating");
}

/** Returns the subnet with the fewest instances of the group. */
export function subnetWithFewest({ subnets, members }: Group): Group["subnets"][number] {
  const inZone = ({ zone }: { zone: string }): number =>
    [...members.values()].filter((one) => one.zone === zone && !isEnding(one)).length;
  return [...subnets].sort((a, b) => inZone(a) - inZone(b))[0];
}

/**
 * Chooses the instance to terminate by the parts of the default termination policy that matter here: the oldest
 * unprotected one in the zone with the most instances.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
 */
export function chooseInstanceToTerminate(group: Group): Member | undefined {
  const all = capacityOf(group);
  const inZone = (zone: string): number => all.filter((one) => one.zone === zone).length;
  return all
    .filter(({ isProtected }) => !isProtected)
    .sort((a, b) => inZone(b.zone) - inZone(a.zone))[0];
}

/**
 * Returns how many instances a warm pool should have: those missing to its prepared capacity, which is the group's
 * maximum by default, but at least its minimum.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-warm-pools.html
 */
export function poolSize({ warmPool, max, desired }: Group): number {
  if (!warmPool || warmPool.isDeleting) return 0;
  return Math.max(warmPool.minSize, (warmPool.maxPrepared ?? max) - desired);
}
