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
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";
import type { RoleArgs } from "@pulumi/aws/iam/role";
import type { RolePolicyArgs } from "@pulumi/aws/iam/rolePolicy";
import type { RolePolicyAttachmentArgs } from "@pulumi/aws/iam/rolePolicyAttachment";
import { client } from "../clients";
import { defineResource, ignoreGone, tagChanges, tagList, unlessGone, type Args } from "../define";
import type { ProviderContext, ResourceType } from "../types";

const GONE = ["NoSuchEntityException", "NoSuchEntity"];

const role = defineResource<Args<RoleArgs>>({
  token: "aws:iam/role:Role",
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
    for (const { name, policy } of inputs.inlinePolicies ?? [])
      await iam.send(
        new PutRolePolicyCommand({ RoleName: inputs.name, PolicyName: name, PolicyDocument: policy }),
      );
    for (const PolicyArn of inputs.managedPolicyArns ?? [])
      await iam.send(new AttachRolePolicyCommand({ RoleName: inputs.name, PolicyArn }));
    return Role?.RoleName ?? "";
  },
  read(id, _inputs, context) {
    return unlessGone(GONE, async () => {
      const { Role } = await client(IAMClient, context).send(new GetRoleCommand({ RoleName: id }));
      return {
        name: Role?.RoleName,
        arn: Role?.Arn,
        uniqueId: Role?.RoleId,
        path: Role?.Path,
        description: Role?.Description ?? "",
        createDate: Role?.CreateDate?.toISOString(),
        maxSessionDuration: Role?.MaxSessionDuration,
        permissionsBoundary: Role?.PermissionsBoundary?.PermissionsBoundaryArn,
        assumeRolePolicy: decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ""),
        ...tagOutputs(Role?.Tags),
      };
    });
  },
  async update(id, news, olds, context) {
    const iam = client(IAMClient, context);
    if (text(news.assumeRolePolicy) !== text(olds.assumeRolePolicy))
      await iam.send(
        new UpdateAssumeRolePolicyCommand({ RoleName: id, PolicyDocument: text(news.assumeRolePolicy) }),
      );
    if (news.description !== olds.description || news.maxSessionDuration !== olds.maxSessionDuration)
      await iam.send(
        new UpdateRoleCommand({
          RoleName: id,
          Description: news.description ?? "",
          MaxSessionDuration: news.maxSessionDuration,
        }),
      );
    if (news.permissionsBoundary !== olds.permissionsBoundary) await setBoundary(id, news, iam);
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

const rolePolicy = defineResource<Args<RolePolicyArgs>>({
  token: "aws:iam/rolePolicy:RolePolicy",
  autoname: { property: "name", maxLength: 128 },
  required: ["policy", "role"],
  replaceOn: ["name", "namePrefix", "role"],
  jsonInputs: ["policy"],
  async create(inputs, context) {
    await putRolePolicy(inputs, context);
    return `${inputs.role}:${inputs.name}`;
  },
  read(id, _inputs, context) {
    const [RoleName, PolicyName] = id.split(":");
    return unlessGone(GONE, async () => {
      const found = await client(IAMClient, context).send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      return {
        name: found.PolicyName,
        role: found.RoleName,
        policy: decodeURIComponent(found.PolicyDocument ?? ""),
      };
    });
  },
  update: (_id, news, _olds, context) => putRolePolicy(news, context),
  async delete(id, _state, context) {
    const [RoleName, PolicyName] = id.split(":");
    await ignoreGone(GONE, () =>
      client(IAMClient, context).send(new DeleteRolePolicyCommand({ RoleName, PolicyName })),
    );
  },
});

const rolePolicyAttachment = defineResource<Args<RolePolicyAttachmentArgs>>({
  token: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  required: ["policyArn", "role"],
  async create({ role: RoleName, policyArn: PolicyArn }, context) {
    await client(IAMClient, context).send(
      new AttachRolePolicyCommand({ RoleName: String(RoleName), PolicyArn }),
    );
    return `${String(RoleName)}-${PolicyArn}`;
  },
  async read(_id, { role: RoleName, policyArn }, context) {
    const { AttachedPolicies } = await client(IAMClient, context).send(
      new ListAttachedRolePoliciesCommand({ RoleName: String(RoleName) }),
    );
    return AttachedPolicies?.some(({ PolicyArn }) => PolicyArn === policyArn) ? {} : undefined;
  },
  async delete(_id, { role: RoleName, policyArn: PolicyArn }, context) {
    await ignoreGone(GONE, () =>
      client(IAMClient, context).send(
        new DetachRolePolicyCommand({ RoleName: String(RoleName), PolicyArn }),
      ),
    );
  },
});

export const IAM_RESOURCES: readonly ResourceType[] = [role, rolePolicy, rolePolicyAttachment];

async function putRolePolicy(inputs: Args<RolePolicyArgs>, context: ProviderContext): Promise<void> {
  await client(IAMClient, context).send(
    new PutRolePolicyCommand({
      RoleName: String(inputs.role),
      PolicyName: inputs.name,
      PolicyDocument: text(inputs.policy),
    }),
  );
}

async function setBoundary(RoleName: string, news: Args<RoleArgs>, iam: IAMClient): Promise<void> {
  if (news.permissionsBoundary)
    await iam.send(
      new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: news.permissionsBoundary }),
    );
  else await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }));
}

async function removePolicies(RoleName: string, iam: IAMClient): Promise<void> {
  const inline = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  for (const PolicyName of inline.PolicyNames ?? [])
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  const attached = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  for (const { PolicyArn } of attached.AttachedPolicies ?? [])
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
}

/** A policy document may be given as an object; AWS takes text. */
function text(document: unknown): string {
  return typeof document === "string" ? document : JSON.stringify(document);
}

export function tagOutputs(tags: { Key?: string; Value?: string }[] | undefined): {
  tags?: Record<string, string>;
  tagsAll: Record<string, string>;
} {
  const all = Object.fromEntries((tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
  return Object.keys(all).length > 0 ? { tags: all, tagsAll: all } : { tagsAll: all };
}
