import type { ClusterInstance, LeavingInstance } from "./machines";

export const deploymentOnlyModule = true;

/**
 * Returns the ids of the instances that must accept tasks again: they were being removed and are not any more. They are
 * kept until ECS shows them as ACTIVE, because the run that sets the status may end before that.
 */
export function returningOf(
  machines: readonly ClusterInstance[],
  before: { readonly leaving: readonly LeavingInstance[]; readonly returning?: readonly string[] },
  leaving: readonly LeavingInstance[],
): string[] {
  const isOne = (id: string): boolean => leaving.some((one) => one.ec2InstanceId === id);
  const dropped = before.leaving.map(({ ec2InstanceId }) => ec2InstanceId);
  return [...new Set([...(before.returning ?? []), ...dropped])].filter(
    (id) => !isOne(id) && isDraining(machines, id),
  );
}

function isDraining(machines: readonly ClusterInstance[], id: string): boolean {
  return machines.some(
    ({ ec2InstanceId, registered }) => ec2InstanceId === id && registered?.status === "DRAINING",
  );
}
