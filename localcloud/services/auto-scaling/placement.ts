import type { Group, Member } from "./store";

/** Standby, detached and ending instances are none: the group starts others for them. */
export function isCapacity({ state }: Member): boolean {
  return state.startsWith("Pending") || state === "InService";
}

/** The subnet with the fewest instances of the group. */
export function emptiest({ subnets, members }: Group): Group["subnets"][number] {
  const inZone = ({ zone }: { zone: string }): number =>
    [...members.values()].filter((one) => one.zone === zone && isCapacity(one)).length;
  return [...subnets].sort((a, b) => inZone(a) - inZone(b))[0];
}

/**
 * The default termination policy as far as it differs here: of the zone with the most instances the oldest one that is
 * not protected.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
 */
export function chooseVictim({ members }: Group): Member | undefined {
  const all = [...members.values()].filter(isCapacity);
  const inZone = (zone: string): number => all.filter((one) => one.zone === zone).length;
  return all
    .filter(({ isProtected }) => !isProtected)
    .sort((a, b) => inZone(b.zone) - inZone(a.zone))[0];
}
