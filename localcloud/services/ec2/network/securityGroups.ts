import type { GroupIdentifier, IpPermission, SecurityGroup } from "@aws-sdk/client-ec2";
import { formatArn } from "../../../core/arn";
import type { CallContext } from "../../../core/service";
import { api, ec2Error, invalidParameter } from "../api";
import { selectResources, newId, shown, tagsOfNewResource } from "../queries/described";
import { isSameRule, merged, rulesOf, separate, type RuleRequest } from "./securityGroupRules";
import { addSecurityGroup, type Ec2Store, type Stored } from "../store";
import { vpcs } from "./vpcs";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html */
const TEXT = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,255}$/;
const CHARACTERS = "a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*";

function checkName(name = "", description = ""): void {
  if (/^sg-/i.test(name))
    throw invalidParameter(
      `Value (${name}) for parameter GroupName is invalid. Group names may not be in the format sg-*.`,
    );
  if (!TEXT.test(name))
    throw invalidParameter(
      `Invalid security group name. Valid names are strings less than 256 characters from the following set: ${CHARACTERS}`,
    );
  if (!TEXT.test(description))
    throw invalidParameter(
      `Invalid security group description. Valid descriptions are strings less than 256 characters from the following set: ${CHARACTERS}`,
    );
}

type Direction = "IpPermissions" | "IpPermissionsEgress";

export const securityGroups = api.entity<Stored<SecurityGroup>>({
  all: (store) => store.securityGroups,
  arn: (id, place) => formatArn("ec2", place, `security-group/${id || "*"}`),
  notFound: (id) => ec2Error("InvalidGroup.NotFound", `The security group '${id}' does not exist`),
  tags: (group) => group.tags,
  operations: {
    DescribeSecurityGroups: {
      lists: "SecurityGroups",
      max: 1000,
      among({ GroupIds, GroupNames, Filters }, context) {
        for (const id of GroupIds ?? []) securityGroups.at(id, context);
        const { store } = context;
        const names = [...store.securityGroups.values()].map(({ shape }) => shape.GroupName);
        for (const name of GroupNames ?? [])
          if (!names.includes(name))
            throw ec2Error("InvalidGroup.NotFound", `The security group '${name}' does not exist`);
        return selectResources(
          store.securityGroups,
          "group",
          GroupIds,
          "DescribeSecurityGroups",
          Filters,
        ).filter(({ shape }) => !GroupNames?.length || GroupNames.includes(shape.GroupName ?? ""));
      },
      view: shown,
    },
    CreateSecurityGroup: {
      names: "VpcId",
      does({ GroupName, Description, VpcId, TagSpecifications }, context) {
        const { store } = context;
        checkName(GroupName, Description);
        const byDefault = [...store.vpcs.values()].find(({ shape }) => shape.IsDefault);
        const vpc = vpcs.at(VpcId ?? byDefault?.id ?? "", context);
        const taken = [...store.securityGroups.values()].some(
          ({ shape }) => shape.VpcId === vpc.id && shape.GroupName === GroupName,
        );
        if (taken)
          throw ec2Error(
            "InvalidGroup.Duplicate",
            `The security group '${GroupName}' already exists for VPC '${vpc.id}'`,
          );
        const id = newId("sg");
        const tags = tagsOfNewResource(TagSpecifications, "security-group");
        addSecurityGroup(store, id, { GroupName, Description, VpcId: vpc.id }, tags);
        return { GroupId: id, SecurityGroupArn: formatArn("ec2", context, `security-group/${id}`) };
      },
    },
    DeleteSecurityGroup: {
      names: "GroupId",
      does({ GroupId = "" }, context): { Return: boolean; GroupId: string } {
        const { store } = context;
        const { id, shape } = securityGroups.at(GroupId, context);
        if (shape.GroupName === "default")
          throw ec2Error(
            "CannotDelete",
            `the specified group: "${id}" name: "default" cannot be deleted by a user`,
          );
        const used = [...store.networkInterfaces.values()].some(({ shape: one }) =>
          one.Groups?.some((group) => group.GroupId === id),
        );
        if (used) throw ec2Error("DependencyViolation", `resource ${id} has a dependent object`);
        store.securityGroups.delete(id);
        return { Return: true, GroupId: id };
      },
    },
    AuthorizeSecurityGroupIngress: authorizes("IpPermissions"),
    AuthorizeSecurityGroupEgress: authorizes("IpPermissionsEgress"),
    RevokeSecurityGroupIngress: revokes("IpPermissions"),
    RevokeSecurityGroupEgress: revokes("IpPermissionsEgress"),
  },
});

/**
 * Returns groups of one VPC by their ids; without ids, the VPC's default group.
 * @throws InvalidGroup.NotFound or InvalidParameterValue
 */
export function vpcGroups(
  ids: readonly string[] | undefined,
  VpcId: string | undefined,
  context: CallContext<Ec2Store>,
): GroupIdentifier[] {
  const groups = ids?.length
    ? ids.map((id) => securityGroups.at(id, context))
    : [...context.store.securityGroups.values()].filter(
        ({ shape }) => shape.VpcId === VpcId && shape.GroupName === "default",
      );
  return groups.map(({ shape }) => {
    if (shape.VpcId !== VpcId)
      throw invalidParameter(
        `Security group ${shape.GroupId} and the subnet belong to different networks.`,
      );
    return { GroupId: shape.GroupId, GroupName: shape.GroupName };
  });
}

function authorizes(direction: Direction) {
  return {
    on: "GroupId" as const,
    run(group: Stored<SecurityGroup>, request: RuleRequest, context: CallContext<Ec2Store>) {
      const before = rulesIn(group, direction);
      const added = rulesOf(request);
      for (const { UserIdGroupPairs: [pair] = [] } of added)
        if (pair?.GroupId !== undefined) securityGroups.at(pair.GroupId, context);
      if (added.some((rule, i) => isIn([...before, ...added.slice(0, i)], rule)))
        throw ec2Error("InvalidPermission.Duplicate", "the specified rule already exists");
      group.shape = { ...group.shape, [direction]: merged([...before, ...added]) };
      return { Return: true };
    },
  };
}

function revokes(direction: Direction) {
  return {
    on: "GroupId" as const,
    run(group: Stored<SecurityGroup>, request: RuleRequest) {
      const before = rulesIn(group, direction);
      const removed = rulesOf(request);
      if (!removed.every((rule) => isIn(before, rule)))
        throw ec2Error(
          "InvalidPermission.NotFound",
          "The specified rule does not exist in this security group.",
        );
      const after = before.filter((rule) => !isIn(removed, rule));
      group.shape = { ...group.shape, [direction]: merged(after) };
      return { Return: true };
    },
  };
}

function rulesIn({ shape }: Stored<SecurityGroup>, direction: Direction): IpPermission[] {
  return (shape[direction] ?? []).flatMap(separate);
}

function isIn(rules: readonly IpPermission[], rule: IpPermission): boolean {
  return rules.some((one) => isSameRule(one, rule));
}
