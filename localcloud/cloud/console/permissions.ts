import type { Cloud } from "../cloud";
import type { PolicyDocument } from "../../core/policyDocument";
import type { Usage } from "../../core/recorder";

/** Permissions of a role, and which of them were used since the cloud started. */
export interface RolePermissions {
  readonly roleName: string;
  /** The inline policies, then the attached ones. */
  readonly policies: readonly NamedPolicy[];
  readonly usage: readonly Usage[];
}

interface NamedPolicy {
  readonly name: string;
  readonly document: PolicyDocument;
}

/** Calls an operation of IAM. */
type Ask = <Output>(operation: string, input: object) => Promise<Output>;

/** Returns every role of the account with its policies. */
export async function permissions(ask: Ask, { recorder }: Cloud): Promise<RolePermissions[]> {
  const { Roles = [] } = await ask<{ Roles?: { RoleName: string }[] }>("ListRoles", {
    MaxItems: 1000,
  });
  return Promise.all(
    Roles.map(async ({ RoleName: roleName }) => ({
      roleName,
      policies: [...(await inlinePolicies(roleName, ask)), ...(await attached(roleName, ask))],
      usage: recorder.usage(roleName),
    })),
  );
}

async function inlinePolicies(RoleName: string, ask: Ask): Promise<NamedPolicy[]> {
  const { PolicyNames = [] } = await ask<{ PolicyNames?: string[] }>("ListRolePolicies", {
    RoleName,
  });
  return Promise.all(
    PolicyNames.map(async (name) => {
      const input = { RoleName, PolicyName: name };
      const found = await ask<{ PolicyDocument: string }>("GetRolePolicy", input);
      return { name, document: parsed(found.PolicyDocument) };
    }),
  );
}

interface Attached {
  readonly AttachedPolicies?: readonly {
    readonly PolicyName: string;
    readonly PolicyArn: string;
  }[];
}

async function attached(RoleName: string, ask: Ask): Promise<NamedPolicy[]> {
  const { AttachedPolicies = [] } = await ask<Attached>("ListAttachedRolePolicies", { RoleName });
  return Promise.all(
    AttachedPolicies.map(async ({ PolicyName: name, PolicyArn }) => {
      const { Policy } = await ask<{ Policy: { DefaultVersionId: string } }>("GetPolicy", {
        PolicyArn,
      });
      const { PolicyVersion } = await ask<{ PolicyVersion: { Document: string } }>(
        "GetPolicyVersion",
        { PolicyArn, VersionId: Policy.DefaultVersionId },
      );
      return { name, document: parsed(PolicyVersion.Document) };
    }),
  );
}

function parsed(text: string): PolicyDocument {
  return JSON.parse(decodeURIComponent(text)) as PolicyDocument;
}
