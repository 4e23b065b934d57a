import type { Group, Member } from "./store";

/** Standby, detached, warm and ending instances are none: the group starts others for them. */
export function isCapacity({ state }: Member): boolean {
  return state.startsWith("Pending") || state === "InService";
}

export function capacityOf({ members }: Group): Member[] {
  return [...members.values()].filter(isCapacity);
}

/** In the warm pool, or on its way into it. */
export function isWarm({ state }: Member): boolean {
  return state.startsWith("Warmed:") && !state.includes("Terminating");
}

/** Ending, or held at its end. */
export function isEnding({ state }: Member): boolean {
  return state.includes("Terminating");
}

/** The subnet with the fewest instances of the group. */
export function emptiest({ subnets, members }: Group): Group["subnets"][number] {
  const inZone = ({ zone }: { zone: string }): number =>
    [...members.values()].filter((one) => one.zone === zone && !isEnding(one)).length;
  return [...subnets].sort((a, b) => inZone(a) - inZone(b))[0];
}

/**
 * The default termination policy as far as it differs here: of the zone with the most instances the oldest one that is
 * not protected.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
 */
export function chooseVictim(group: Group): Member | undefined {
  const all = capacityOf(group);
  const inZone = (zone: string): number => all.filter((one) => one.zone === zone).length;
  return all
    .filter(({ isProtected }) => !isProtected)
    .sort((a, b) => inZone(b.zone) - inZone(a.zone))[0];
}

/**
 * How many instances a warm pool wants: what is missing to its prepared capacity, the group's maximum by default, and
 * its minimum at least.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-warm-pools.html
 */
export function poolSize({ warmPool, max, desired }: Group): number {
  if (!warmPool || warmPool.isDeleting) return 0;
  return Math.max(warmPool.minSize, (warmPool.maxPrepared ?? max) - desired);
}
