import { isDeepStrictEqual } from "node:util";
import type { IpPermission, SecurityGroup } from "@aws-sdk/client-ec2";
import type { SecurityGroupArgs } from "@pulumi/aws/ec2/securityGroup";
import {
  completing,
  defineResource,
  ignoreGone,
  tagList,
  tagOutputs,
  unlessGone,
  untilConsistent,
  type Args,
} from "../../define";
import type { Properties, ProviderContext } from "../../types";
import { ec2, setTags } from "./client";

type Inputs = Args<SecurityGroupArgs>;
type Rule = NonNullable<Inputs["ingress"]>[number];
type Direction = "ingress" | "egress";

const GONE = ["InvalidGroup.NotFound", "InvalidGroupId.Malformed"];

export const securityGroup = defineResource<Inputs>({
  token: "aws:ec2/securityGroup:SecurityGroup",
  inputs: [
    "description",
    "egress",
    "ingress",
    "name",
    "namePrefix",
    "revokeRulesOnDelete",
    "tags",
    "vpcId",
  ],
  computed: ["egress", "ingress", "vpcId"],
  defaults: { description: "Managed by Pulumi", revokeRulesOnDelete: false },
  autoname: { property: "name", maxLength: 255 },
  replaceOn: ["description", "name", "namePrefix", "vpcId"],
  async create(inputs, context) {
    const { GroupId = "" } = await ec2.send(
      "CreateSecurityGroup",
      {
        GroupName: inputs.name,
        Description: inputs.description,
        VpcId: inputs.vpcId,
        ...(inputs.tags && {
          TagSpecifications: [{ ResourceType: "security-group", Tags: tagList(inputs.tags) }],
        }),
      },
      context,
    );
    return completing(GroupId, async () => {
      // A new group allows all egress; the real provider removes that rule, whatever the program says.
      const everything = { IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
      const IpPermissions = [everything];
      await ec2.send("RevokeSecurityGroupEgress", { GroupId, IpPermissions }, context);
      await setRules(GroupId, {}, inputs, context);
    });
  },
  read: (id, _inputs, context) =>
    unlessGone(GONE, async () => {
      const found = await ec2.send("DescribeSecurityGroups", { GroupIds: [id] }, context);
      const [group] = found.SecurityGroups ?? [];
      return group && outputs(group);
    }),
  async update(id, news, olds, context) {
    await setRules(id, olds, news, context);
    await setTags(id, olds.tags, news.tags, context);
  },
  // The real provider retries for 15 minutes while an interface uses the group.
  delete: (GroupId, _state, context) =>
    ignoreGone(GONE, () =>
      untilConsistent(
        ({ name }) => name === "DependencyViolation",
        () => ec2.send("DeleteSecurityGroup", { GroupId }, context),
      ),
    ),
});

const CALLS = {
  ingress: ["AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"],
  egress: ["AuthorizeSecurityGroupEgress", "RevokeSecurityGroupEgress"],
} as const;

async function setRules(
  GroupId: string,
  olds: Partial<Inputs>,
  news: Inputs,
  context: ProviderContext,
): Promise<void> {
  for (const direction of ["ingress", "egress"] as const) {
    const [authorize, revoke] = CALLS[direction];
    const before = permissions(olds, direction, GroupId);
    const now = permissions(news, direction, GroupId);
    const ended = before.filter((one) => !now.some((other) => isDeepStrictEqual(one, other)));
    const added = now.filter((one) => !before.some((other) => isDeepStrictEqual(one, other)));
    if (ended.length > 0) await ec2.send(revoke, { GroupId, IpPermissions: ended }, context);
    if (added.length > 0) await ec2.send(authorize, { GroupId, IpPermissions: added }, context);
  }
}

function permissions(inputs: Partial<Inputs>, direction: Direction, self: string): IpPermission[] {
  return (inputs[direction] ?? []).map((rule) => wireRule(rule, self));
}

function wireRule(rule: Rule, self: string): IpPermission {
  const { description: Description } = rule;
  const described = Description ? { Description } : {};
  const groups = [...(rule.securityGroups ?? []), ...(rule.self ? [self] : [])];
  return {
    IpProtocol: rule.protocol,
    ...(rule.protocol !== "-1" && { FromPort: rule.fromPort, ToPort: rule.toPort }),
    IpRanges: (rule.cidrBlocks ?? []).map((CidrIp) => ({ CidrIp, ...described })),
    Ipv6Ranges: (rule.ipv6CidrBlocks ?? []).map((CidrIpv6) => ({ CidrIpv6, ...described })),
    PrefixListIds: (rule.prefixListIds ?? []).map((PrefixListId) => ({
      PrefixListId,
      ...described,
    })),
    UserIdGroupPairs: groups.map((GroupId) => ({ GroupId, ...described })),
  };
}

function outputs(group: SecurityGroup): Properties {
  const rules = (found: IpPermission[] = []) =>
    found.map((one) => ruleOutput(one, group.GroupId ?? ""));
  return {
    arn: group.SecurityGroupArn,
    description: group.Description,
    name: group.GroupName,
    ownerId: group.OwnerId,
    vpcId: group.VpcId,
    ingress: rules(group.IpPermissions),
    egress: rules(group.IpPermissionsEgress),
    ...tagOutputs(group.Tags),
  };
}

function ruleOutput(one: IpPermission, own: string): Properties {
  const addresses = [
    ...(one.IpRanges ?? []),
    ...(one.Ipv6Ranges ?? []),
    ...(one.PrefixListIds ?? []),
    ...(one.UserIdGroupPairs ?? []),
  ];
  const description = addresses.find((address) => address.Description)?.Description;
  const groups = (one.UserIdGroupPairs ?? []).map(({ GroupId }) => GroupId);
  const others = groups.filter((id) => id !== own);
  const given = (name: string, values: readonly unknown[] = []) =>
    values.length > 0 ? { [name]: values } : {};
  return {
    protocol: one.IpProtocol,
    fromPort: one.FromPort ?? 0,
    toPort: one.ToPort ?? 0,
    ...given(
      "cidrBlocks",
      one.IpRanges?.map(({ CidrIp }) => CidrIp),
    ),
    ...given(
      "ipv6CidrBlocks",
      one.Ipv6Ranges?.map(({ CidrIpv6 }) => CidrIpv6),
    ),
    ...given(
      "prefixListIds",
      one.PrefixListIds?.map(({ PrefixListId }) => PrefixListId),
    ),
    ...given("securityGroups", others),
    ...(others.length < groups.length ? { self: true } : {}),
    ...(description === undefined ? {} : { description }),
  };
}
