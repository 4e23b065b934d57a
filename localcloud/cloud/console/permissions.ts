import type { Cloud } from "../cloud";
import type { PolicyDocument } from "../../core/policyDocument";
import type { Usage } from "../../core/recorder";

/** Permissions of a role, and which of them were used since the cloud started. */
export interface RolePermissions {
  readonly roleName: string;
  readonly policies: readonly { readonly name: string; readonly document: PolicyDocument }[];
  readonly usage: readonly Usage[];
}

interface RolePage {
  readonly Roles?: readonly { readonly RoleName: string }[];
}

/** Returns every role of the account with its inline policies. */
export async function permissions(
  ask: <Output>(operation: string, input: object) => Promise<Output>,
  { recorder }: Cloud,
): Promise<RolePermissions[]> {
  const { Roles = [] } = await ask<RolePage>("ListRoles", { MaxItems: 1000 });
  return Promise.all(
    Roles.map(async ({ RoleName }) => {
      const { PolicyNames = [] } = await ask<{ PolicyNames?: string[] }>("ListRolePolicies", {
        RoleName,
      });
      const policies = await Promise.all(
        PolicyNames.map(async (name) => {
          const found = await ask<{ PolicyDocument: string }>("GetRolePolicy", {
            RoleName,
            PolicyName: name,
          });
          const text = decodeURIComponent(found.PolicyDocument);
          return { name, document: JSON.parse(text) as PolicyDocument };
        }),
      );
      return { roleName: RoleName, policies, usage: recorder.usage(RoleName) };
    }),
  );
}
