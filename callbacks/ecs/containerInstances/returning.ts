import type { ClusterInstance, Victim } from "./machines";

export const deploymentOnlyModule = true;

/**
 * Returns the ids of the instances that must accept tasks again: they were victims and are not any more. They are kept
 * until ECS shows them as ACTIVE, because the run that sets the status may end before that.
 */
export function returningOf(
  machines: readonly ClusterInstance[],
  before: { readonly victims: readonly Victim[]; readonly returning?: readonly string[] },
  victims: readonly Victim[],
): string[] {
  const isOne = (id: string): boolean => victims.some((one) => one.ec2InstanceId === id);
  const dropped = before.victims.map(({ ec2InstanceId }) => ec2InstanceId);
  return [...new Set([...(before.returning ?? []), ...dropped])].filter(
    (id) => !isOne(id) && isDraining(machines, id),
  );
}

function isDraining(machines: readonly ClusterInstance[], id: string): boolean {
  return machines.some(
    ({ ec2InstanceId, registered }) => ec2InstanceId === id && registered?.status === "DRAINING",
  );
}
