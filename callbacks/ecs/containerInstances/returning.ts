import type { Machine, Victim } from "./machines";

export const deploymentOnlyModule = true;

/**
 * Ids of the instances that are to take tasks again: who was a victim and is none any more. Kept until ECS has them as
 * active, for whoever is to tell ECS may end before it does.
 */
export function returningOf(
  machines: readonly Machine[],
  before: { readonly victims: readonly Victim[]; readonly returning?: readonly string[] },
  victims: readonly Victim[],
): string[] {
  const isOne = (id: string): boolean => victims.some((one) => one.ec2InstanceId === id);
  const dropped = before.victims.map(({ ec2InstanceId }) => ec2InstanceId);
  return [...new Set([...(before.returning ?? []), ...dropped])].filter(
    (id) => !isOne(id) && isDraining(machines, id),
  );
}

function isDraining(machines: readonly Machine[], id: string): boolean {
  return machines.some(
    ({ ec2InstanceId, registered }) => ec2InstanceId === id && registered?.status === "DRAINING",
  );
}
