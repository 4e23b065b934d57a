import { isDeepStrictEqual } from "node:util";
import type { GroupIdentifier, IpPermission, SecurityGroup } from "@aws-sdk/client-ec2";
import { formatArn } from "../../core/arn";
import type { CallContext } from "../../core/service";
import { api, ec2Error, invalidParameter } from "./api";
import { selectResources, newId, shown, tagsOfNewResource } from "./described";
import { addSecurityGroup, type Ec2Store, type Stored } from "./store";
import { vpcs } from "./vpcs";

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

interface Change {
  readonly IpPermissions?: IpPermission[];
}

function authorizes(direction: Direction) {
  return {
    on: "GroupId" as const,
    run(group: Stored<SecurityGroup>, { IpPermissions: added = [] }: Change) {
      const before = group.shape[direction] ?? [];
      const after = added.map(normal);
      for (const one of after)
        if (before.some((known) => isDeepStrictEqual(known, one)))
          throw ec2Error("InvalidPermission.Duplicate", "the specified rule already exists");
      group.shape = { ...group.shape, [direction]: [...before, ...after] };
      return { Return: true };
    },
  };
}

function revokes(direction: Direction) {
  return {
    on: "GroupId" as const,
    run(group: Stored<SecurityGroup>, { IpPermissions: removed = [] }: Change) {
      const rules = removed.map(normal);
      const before = group.shape[direction] ?? [];
      const isRemoved = (one: IpPermission): boolean =>
        rules.some((rule) => isDeepStrictEqual(one, rule));
      if (!rules.every((rule) => before.some((one) => isDeepStrictEqual(one, rule))))
        throw ec2Error(
          "InvalidPermission.NotFound",
          "The specified rule does not exist in this security group.",
        );
      group.shape = { ...group.shape, [direction]: before.filter((one) => !isRemoved(one)) };
      return { Return: true };
    },
  };
}

/** Returns a rule in the form of responses, so that rules can be compared. */
function normal(rule: IpPermission): IpPermission {
  const { IpProtocol, FromPort, ToPort } = rule;
  return {
    IpProtocol,
    ...(IpProtocol !== "-1" && { FromPort, ToPort }),
    IpRanges: rule.IpRanges ?? [],
    Ipv6Ranges: rule.Ipv6Ranges ?? [],
    UserIdGroupPairs: rule.UserIdGroupPairs ?? [],
    PrefixListIds: rule.PrefixListIds ?? [],
  };
}
