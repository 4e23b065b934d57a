import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { isMissingInMocks } from "../../mocks";
import { clusterNameOf } from "../resourceName";
import type { EcsClusterScalerArgs } from "./args";
import { managedGroups, managedProblem } from "./managedGroups";

/** The names of the cluster and the group, checked where they are known. */
export interface ScaledGroup {
  readonly cluster: pulumi.Output<string>;
  readonly group: pulumi.Output<string>;
}

/** The properties of a group that decide whether it can be scaled. */
interface GroupFacts {
  readonly name: string;
  readonly minSize: number;
  readonly maxSize: number;
  /** Keys of its tags. */
  readonly tagKeys: readonly string[];
}

/**
 * Tag that ECS puts on a group when a capacity provider takes it over.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/asg-capacity-providers.html
 */
const MANAGED = "AmazonECSManaged";

/**
 * Returns the names of the cluster and the group.
 *
 * @throws pulumi.ResourceError, when the values are known, for a group that something else scales or that is too small.
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
  // Separately: for a group that does not exist yet, a preview knows the bounds but not the ARN.
  const checked = pulumi.all([able, managedGroups()]).apply(([name, managed]) => {
    refuse(managedProblem(name, managed));
    return name;
  });
  return {
    cluster: clusterNameOf(self, "cluster", cluster),
    group: checked,
  };
}

/** Returns why the scaler cannot scale a group; undefined if it can. */
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

/** Looks up a group of another program, which must already exist. */
function foundFacts(self: pulumi.Resource, name: pulumi.Input<string>): pulumi.Output<GroupFacts> {
  return aws.autoscaling
    .getGroupOutput({ name }, { parent: self })
    .apply(({ name: found, minSize, maxSize, tags }) => ({
      name: found,
      minSize,
      maxSize,
      tagKeys: isMissingInMocks(tags) ? [] : tags.map(({ key }) => key),
    }));
}
