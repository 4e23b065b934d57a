import type {
  DeleteRoleCommandInput,
  DeleteRoleCommandOutput,
  GetRoleCommandInput,
  GetRoleCommandOutput,
  ListRolesCommandInput,
  ListRolesCommandOutput,
} from "@aws-sdk/client-iam";
import { onRole } from "../model/access";
import { deleteConflict } from "../model/errors";
import { listPage } from "../model/listPage";
import { ownRole, roleNamed } from "../model/lookup";
import { checkedName } from "../model/names";
import type { IamOperation } from "../model/operation";
import { roleShape } from "../model/roleShape";

export const getRole: IamOperation<GetRoleCommandInput, GetRoleCommandOutput> = {
  access: onRole("GetRole"),
  run: (input, { store }) => ({
    Role: roleShape(roleNamed(store, checkedName(input.RoleName, "roleName"))),
  }),
};

export const listRoles: IamOperation<ListRolesCommandInput, ListRolesCommandOutput> = {
  access: (input, { accountId }) => [
    {
      action: "iam:ListRoles",
      resource: `arn:aws:iam::${accountId}:role${input.PathPrefix ?? "/"}`,
    },
  ],
  run(input, { store }) {
    const prefix = input.PathPrefix ?? "/";
    const roles = store.roles.values().filter((role) => role.path.startsWith(prefix));
    const { items, ...rest } = listPage(roles, input, (role) => role.roleName);
    return { Roles: items.map((role) => roleShape(role, "listed")), ...rest };
  },
};

/**
 * Deletes a role. Refused while it has policies or is in an instance profile.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
 */
export const deleteRole: IamOperation<DeleteRoleCommandInput, DeleteRoleCommandOutput> = {
  access: onRole("DeleteRole"),
  run(input, { store }) {
    const role = ownRole(store, checkedName(input.RoleName, "roleName"));
    if (store.instanceProfiles.values().some(({ roleName }) => roleName === role.roleName))
      throw deleteConflict("Cannot delete entity, must remove roles from instance profile first.");
    if (role.inlinePolicies.size > 0)
      throw deleteConflict("Cannot delete entity, must delete policies first.");
    if (role.attachedPolicies.size > 0)
      throw deleteConflict("Cannot delete entity, must detach all policies first.");
    store.roles.delete(role.roleName);
    return {};
  },
};
