import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { resourcesOf } from "../scaling/programResources";

/** A group that a capacity provider of the program scales. */
export interface ManagedGroup {
  /** Name of the capacity provider. */
  readonly manager: string;
  /** ARN of the group, which ends with its name, or the name. */
  readonly group: string;
}

/**
 * Returns the groups that a capacity provider of the same program scales. Others are found by their tag, or at run
 * time.
 */
export function managedGroups(): pulumi.Output<ManagedGroup[]> {
  return pulumi
    .output(resourcesOf(isProvider).then((all) => all.map(managedBy)))
    .apply((found) => found.flat());
}

/** Returns why ECS itself scales a group, by a capacity provider of the same program; undefined if it does not. */
export function managedProblem(name: string, managed: readonly ManagedGroup[]): string | undefined {
  const found = managed.find(({ group }) => group.split("/").at(-1) === name);
  if (!found) return undefined;
  return (
    `group: ${name} is scaled by the capacity provider ${found.manager} of this program, which would undo every ` +
    "change; set its managedScaling.status to DISABLED, or remove this scaler"
  );
}

function isProvider(resource: pulumi.Resource): resource is aws.ecs.CapacityProvider {
  return aws.ecs.CapacityProvider.isInstance(resource);
}

function managedBy({
  name,
  autoScalingGroupProvider,
}: aws.ecs.CapacityProvider): pulumi.Output<ManagedGroup[]> {
  return pulumi
    .all([name, autoScalingGroupProvider])
    .apply(([manager, provider]) =>
      provider?.managedScaling.status === "ENABLED"
        ? [{ manager, group: provider.autoScalingGroupArn }]
        : [],
    );
}
