import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { nameOf } from "../resourceName";
import type { EcsClusterScalerArgs } from "./args";
import { managedGroups, managedProblem } from "./managedGroups";

/** What is scaled, by names that were checked as far as they are known. */
export interface ScaledGroup {
  readonly cluster: pulumi.Output<string>;
  readonly group: pulumi.Output<string>;
}

/** What of a group decides whether it can be scaled. */
interface GroupFacts {
  readonly name: string;
  readonly minSize: number;
  readonly maxSize: number;
  /** Keys of its tags. */
  readonly tagKeys: readonly string[];
}

/**
 * ECS puts it on a group when a capacity provider takes it over.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/asg-capacity-providers.html
 */
const MANAGED = "AmazonECSManaged";

/**
 * The names of cluster and group.
 *
 * @throws pulumi.ResourceError, when the values are known, for a group that somebody else scales or that is too small.
 */
export function scaledGroup(
  self: pulumi.Resource,
  { cluster, group, min, max }: EcsClusterScalerArgs,
): ScaledGroup {
  const facts = aws.autoscaling.Group.isInstance(group) ? factsOf(group) : foundFacts(self, group);
  const refuse = (problem: string | undefined): void => {
    if (problem !== undefined) throw new pulumi.ResourceError(`${problem}.`, self, true);
  };
  const able = facts.apply((one) => {
    refuse(groupProblem(one, { min, max }));
    return one.name;
  });
  // On its own: of a group that does not exist yet a preview knows the bounds, and not the ARN.
  const checked = pulumi.all([able, managedGroups()]).apply(([name, managed]) => {
    refuse(managedProblem(name, managed));
    return name;
  });
  return {
    cluster: nameOf(aws.ecs.Cluster.isInstance(cluster) ? cluster.name : cluster),
    group: checked,
  };
}

/** Why a group is not the scaler's; undefined when it is. */
export function groupProblem(
  { name, minSize, maxSize, tagKeys }: GroupFacts,
  { min, max }: { readonly min: number; readonly max: number },
): string | undefined {
  if (tagKeys.includes(MANAGED))
    return (
      `group: ${name} has the tag ${MANAGED}: a capacity provider of ECS scales it, and would undo every change; ` +
      "remove the capacity provider and the tag, or this scaler"
    );
  if (min < minSize)
    return `min: given ${min}; ${name} keeps at least its minSize, which is ${minSize}: lower that, or raise min`;
  if (max > maxSize)
    return `max: given ${max}; ${name} has at most its maxSize, which is ${maxSize}: raise that, or lower max`;
  return undefined;
}

function factsOf(group: aws.autoscaling.Group): pulumi.Output<GroupFacts> {
  return pulumi
    .all([group.name, group.minSize, group.maxSize, group.tags])
    .apply(([name, minSize, maxSize, tags]) => ({
      name,
      minSize,
      maxSize,
      tagKeys: (tags ?? []).map(({ key }) => key),
    }));
}

/** A group that is not of this program is there already. */
function foundFacts(self: pulumi.Resource, name: pulumi.Input<string>): pulumi.Output<GroupFacts> {
  return aws.autoscaling
    .getGroupOutput({ name }, { parent: self })
    .apply(({ name: found, minSize, maxSize, tags }) => ({
      name: found,
      minSize,
      maxSize,
      tagKeys: tags.map(({ key }) => key),
    }));
}
