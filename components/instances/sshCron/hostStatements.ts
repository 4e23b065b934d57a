import * as pulumi from "@pulumi/pulumi";
import type { Conditions, Statement } from "../../iam/statement";
import { locationOf } from "../../location";
import type { SshCronArgs, SshTarget } from "./args";
import { targetsOf } from "./given";

export type Arn = pulumi.Input<string>;

export function instanceArn(self: pulumi.Resource, id: Arn): pulumi.Output<string> {
  const { partition, region, accountId } = locationOf(self);
  return pulumi.interpolate`arn:${partition}:ec2:${region}:${accountId}:instance/${id}`;
}

/**
 * Allows one action on the instances of the targets, as narrowly as IAM supports: by their tags, groups or ids.
 *
 * @param equals further conditions that must hold. Default: none.
 * @param tagKey condition key with which the action's service refers to tags of an instance.
 */
export function instanceStatements(
  self: pulumi.Resource,
  args: SshCronArgs,
  sid: string,
  action: string,
  equals: Record<string, string> = {},
  tagKey: "ec2:ResourceTag" | "ssm:resourceTag" = "ec2:ResourceTag",
): Statement[] {
  return targetsOf(args).flatMap((target, index): Statement[] => {
    if ("host" in target) return [];
    const one = { sid: `${sid}${index + 1}`, actions: [action] };
    if ("instances" in target)
      return [
        {
          ...one,
          resources: target.instances.map((id) => instanceArn(self, id)),
          ...(Object.keys(equals).length > 0 ? { conditions: { StringEquals: equals } } : {}),
        },
      ];
    const tags = tagsOf(target, tagKey);
    const conditions = tagConditions(equals, tags);
    return [
      {
        ...one,
        resources: [instanceArn(self, "*")],
        ...(Object.keys(conditions).length > 0 ? { conditions } : {}),
        ...(Object.keys(tags).length > 0
          ? {}
          : { reason: "The targets are selected by conditions that IAM does not have." }),
      },
    ];
  });
}

/**
 * EC2 treats `*` and `?` in the value of a filter as wildcards, so the policy must too; otherwise hosts would be found
 * on which nothing is allowed. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
 */
function tagConditions(
  equals: Readonly<Record<string, string>>,
  tags: Readonly<Record<string, Arn | Arn[]>>,
): Conditions {
  const isPattern = (value: Arn | Arn[]): boolean =>
    [value].flat().some((one) => typeof one === "string" && /[*?]/.test(one));
  const all = Object.entries(tags);
  const exact = Object.fromEntries(all.filter(([, value]) => !isPattern(value)));
  const patterns = Object.fromEntries(all.filter(([, value]) => isPattern(value)));
  const found = { StringEquals: { ...equals, ...exact }, StringLike: patterns };
  return Object.fromEntries(
    Object.entries(found).filter(([, keys]) => Object.keys(keys).length > 0),
  );
}

function tagsOf(
  target: Exclude<SshTarget, { host: string } | { instances: unknown }>,
  tagKey: string,
): Record<string, Arn | Arn[]> {
  if ("tag" in target) return { [`${tagKey}/${target.tag}`]: target.value };
  if ("group" in target) {
    const { group } = target;
    const name = pulumi.Resource.isInstance(group)
      ? (group as unknown as { name: pulumi.Output<string> }).name
      : (group as Arn);
    return { [`${tagKey}/aws:autoscaling:groupName`]: name };
  }
  const tags = target.filters.filter(({ name }) => name.startsWith("tag:"));
  return Object.fromEntries(
    tags.map(({ name, values }) => [`${tagKey}/${name.slice("tag:".length)}`, values]),
  );
}
