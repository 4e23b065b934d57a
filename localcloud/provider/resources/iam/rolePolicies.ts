import {
  AttachRolePolicyCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRolePolicyCommand,
  IAMClient,
  paginateListAttachedRolePolicies,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import type { RolePolicyArgs } from "@pulumi/aws/iam/rolePolicy";
import type { RolePolicyAttachmentArgs } from "@pulumi/aws/iam/rolePolicyAttachment";
import { client } from "../../clients";
import { defineResource, ignoreGone, unlessGone, type Args } from "../../define";
import type { ProviderContext } from "../../types";

export const GONE = ["NoSuchEntityException", "NoSuchEntity"];

export const rolePolicy = defineResource<Args<RolePolicyArgs>>({
  token: "aws:iam/rolePolicy:RolePolicy",
  inputs: ["name", "namePrefix", "policy", "role"],
  autoname: { property: "name", maxLength: 128 },
  required: ["policy", "role"],
  replaceOn: ["name", "namePrefix", "role"],
  jsonInputs: ["policy"],
  async create(inputs, context) {
    await putRolePolicy(inputs, context);
    return `${String(inputs.role)}:${inputs.name}`;
  },
  read(id, _inputs, context) {
    const [RoleName, PolicyName] = id.split(":");
    return unlessGone(GONE, async () => {
      const found = await client(IAMClient, context).send(
        new GetRolePolicyCommand({ RoleName, PolicyName }),
      );
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

export const rolePolicyAttachment = defineResource<Args<RolePolicyAttachmentArgs>>({
  token: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  inputs: ["policyArn", "role"],
  required: ["policyArn", "role"],
  async create({ role: RoleName, policyArn: PolicyArn }, context) {
    await client(IAMClient, context).send(
      new AttachRolePolicyCommand({ RoleName: String(RoleName), PolicyArn }),
    );
    return `${String(RoleName)}-${PolicyArn}`;
  },
  // Import ids are `role/arn`, like in the real provider.
  importKey(id) {
    const cut = id.indexOf("/");
    return cut < 0 ? undefined : { role: id.slice(0, cut), policyArn: id.slice(cut + 1) };
  },
  read(_id, { role, policyArn }, context) {
    return unlessGone(GONE, async () => {
      const found = await attachedPolicies(String(role), client(IAMClient, context));
      return policyArn !== undefined && found.includes(policyArn) ? { role, policyArn } : undefined;
    });
  },
  async delete(_id, { role: RoleName, policyArn: PolicyArn }, context) {
    await ignoreGone(GONE, () =>
      client(IAMClient, context).send(
        new DetachRolePolicyCommand({ RoleName: String(RoleName), PolicyArn }),
      ),
    );
  },
});

async function putRolePolicy(
  inputs: Args<RolePolicyArgs>,
  context: ProviderContext,
): Promise<void> {
  await client(IAMClient, context).send(
    new PutRolePolicyCommand({
      RoleName: String(inputs.role),
      PolicyName: inputs.name,
      PolicyDocument: text(inputs.policy),
    }),
  );
}

export async function attachedPolicies(RoleName: string, iam: IAMClient): Promise<string[]> {
  const found: string[] = [];
  for await (const page of paginateListAttachedRolePolicies({ client: iam }, { RoleName }))
    found.push(...(page.AttachedPolicies ?? []).map(({ PolicyArn = "" }) => PolicyArn));
  return found;
}

/** Returns a policy document as text; it may be given as an object. */
export function text(document: unknown): string {
  return typeof document === "string" ? document : JSON.stringify(document);
}
