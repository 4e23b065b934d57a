import { isDeepStrictEqual } from "node:util";
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
  paginateListRolePolicies,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";
import type { RoleArgs } from "@pulumi/aws/iam/role";
import { client } from "../../clients";
import { normalize } from "../../diff";
import {
  completing,
  defineResource,
  ignoreGone,
  tagChanges,
  tagList,
  tagOutputs,
  unlessGone,
  type Args,
} from "../../define";
import { GONE, attachedPolicies, text } from "./rolePolicies";

type RoleInputs = Args<RoleArgs>;

export const role = defineResource<RoleInputs>({
  token: "aws:iam/role:Role",
  inputs: [
    "assumeRolePolicy",
    "description",
    "forceDetachPolicies",
    "inlinePolicies",
    "managedPolicyArns",
    "maxSessionDuration",
    "name",
    "namePrefix",
    "path",
    "permissionsBoundary",
    "tags",
  ],
  computed: ["inlinePolicies", "managedPolicyArns"],
  autoname: { property: "name", maxLength: 64 },
  required: ["assumeRolePolicy"],
  defaults: { forceDetachPolicies: false, maxSessionDuration: 3600, path: "/" },
  replaceOn: ["name", "namePrefix", "path"],
  jsonInputs: ["assumeRolePolicy"],
  async create(inputs, context) {
    const iam = client(IAMClient, context);
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName: inputs.name,
        Path: inputs.path,
        AssumeRolePolicyDocument: text(inputs.assumeRolePolicy),
        Description: inputs.description,
        MaxSessionDuration: inputs.maxSessionDuration,
        PermissionsBoundary: inputs.permissionsBoundary,
        Tags: tagList(inputs.tags),
      }),
    );
    return completing(Role?.RoleName ?? "", () =>
      setPolicies(Role?.RoleName ?? "", inputs, {}, iam),
    );
  },
  read(id, inputs, context) {
    return unlessGone(GONE, async () => {
      const iam = client(IAMClient, context);
      const { Role } = await iam.send(new GetRoleCommand({ RoleName: id }));
      return {
        name: Role?.RoleName,
        arn: Role?.Arn,
        uniqueId: Role?.RoleId,
        path: Role?.Path,
        description: Role?.Description,
        createDate: Role?.CreateDate?.toISOString(),
        maxSessionDuration: Role?.MaxSessionDuration,
        permissionsBoundary: Role?.PermissionsBoundary?.PermissionsBoundaryArn,
        assumeRolePolicy: decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ""),
        ...(await policies(id, inputs, iam)),
        ...tagOutputs(Role?.Tags),
      };
    });
  },
  async update(id, news, olds, context) {
    const iam = client(IAMClient, context);
    if (text(news.assumeRolePolicy) !== text(olds.assumeRolePolicy))
      await iam.send(
        new UpdateAssumeRolePolicyCommand({
          RoleName: id,
          PolicyDocument: text(news.assumeRolePolicy),
        }),
      );
    if (
      news.description !== olds.description ||
      news.maxSessionDuration !== olds.maxSessionDuration
    )
      await iam.send(
        new UpdateRoleCommand({
          RoleName: id,
          Description: news.description ?? "",
          MaxSessionDuration: news.maxSessionDuration,
        }),
      );
    if (news.permissionsBoundary !== olds.permissionsBoundary) await setBoundary(id, news, iam);
    await setPolicies(id, news, olds, iam);
    const { set, remove } = tagChanges(olds.tags, news.tags);
    if (Object.keys(set).length > 0)
      await iam.send(new TagRoleCommand({ RoleName: id, Tags: tagList(set) }));
    if (remove.length > 0) await iam.send(new UntagRoleCommand({ RoleName: id, TagKeys: remove }));
  },
  async delete(id, state, context) {
    const iam = client(IAMClient, context);
    await ignoreGone(GONE, async () => {
      if (state.forceDetachPolicies || state.inlinePolicies || state.managedPolicyArns)
        await removePolicies(id, iam);
      await iam.send(new DeleteRoleCommand({ RoleName: id }));
    });
  },
});

async function setBoundary(RoleName: string, news: RoleInputs, iam: IAMClient): Promise<void> {
  if (news.permissionsBoundary)
    await iam.send(
      new PutRolePermissionsBoundaryCommand({
        RoleName,
        PermissionsBoundary: news.permissionsBoundary,
      }),
    );
  else await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }));
}

/** Sets the inline and attached policies that the role's own arguments list. */
async function setPolicies(
  RoleName: string,
  news: Partial<RoleInputs>,
  olds: Partial<RoleInputs>,
  iam: IAMClient,
): Promise<void> {
  const kept = new Set(news.inlinePolicies?.map(({ name }) => name));
  for (const { name: PolicyName } of news.inlinePolicies ? (olds.inlinePolicies ?? []) : [])
    if (!kept.has(PolicyName))
      await ignoreGone(GONE, () => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })));
  for (const { name, policy } of news.inlinePolicies ?? [])
    if (!olds.inlinePolicies?.some((old) => old.name === name && old.policy === policy))
      await iam.send(
        new PutRolePolicyCommand({ RoleName, PolicyName: name, PolicyDocument: text(policy) }),
      );
  for (const PolicyArn of news.managedPolicyArns ? (olds.managedPolicyArns ?? []) : [])
    if (!news.managedPolicyArns?.includes(PolicyArn))
      await ignoreGone(GONE, () => iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })));
  for (const PolicyArn of news.managedPolicyArns ?? [])
    if (!olds.managedPolicyArns?.includes(PolicyArn))
      await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
}

/** Reads the policies of `setPolicies`, only if the inputs list them: other resources may add policies to the role. */
async function policies(
  RoleName: string,
  inputs: Partial<RoleInputs>,
  iam: IAMClient,
): Promise<Record<string, unknown>> {
  const inline =
    inputs.inlinePolicies && (await inlinePolicies(RoleName, inputs.inlinePolicies, iam));
  const managed = inputs.managedPolicyArns && (await attachedPolicies(RoleName, iam));
  return {
    ...(inline && { inlinePolicies: inline }),
    ...(managed && { managedPolicyArns: managed }),
  };
}

async function inlinePolicies(
  RoleName: string,
  known: NonNullable<RoleInputs["inlinePolicies"]>,
  iam: IAMClient,
): Promise<{ name: string; policy: string }[]> {
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  return Promise.all(
    PolicyNames.map(async (PolicyName) => {
      const found = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      const policy = decodeURIComponent(found.PolicyDocument ?? "");
      const same = known.find((old) => old.name === PolicyName && sameJson(old.policy, policy));
      return { name: PolicyName, policy: same?.policy ?? policy };
    }),
  );
}

async function removePolicies(RoleName: string, iam: IAMClient): Promise<void> {
  for await (const page of paginateListRolePolicies({ client: iam }, { RoleName }))
    for (const PolicyName of page.PolicyNames ?? [])
      await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  for (const PolicyArn of await attachedPolicies(RoleName, iam))
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
}

function sameJson(one: string | undefined, other: string): boolean {
  return isDeepStrictEqual(normalize(one, true), normalize(other, true));
}
