import type {
  DeleteRolePolicyCommandInput,
  DeleteRolePolicyCommandOutput,
  GetRolePolicyCommandInput,
  GetRolePolicyCommandOutput,
  ListRolePoliciesCommandInput,
  ListRolePoliciesCommandOutput,
  PutRolePolicyCommandInput,
  PutRolePolicyCommandOutput,
} from "@aws-sdk/client-iam";
import { onRole } from "../model/access";
import {
  deleteInlinePolicy,
  getInlinePolicy,
  listInlinePolicies,
  putInlinePolicy,
  type PolicyOwner,
} from "../model/inlinePolicies";
import { roleNamed } from "../model/lookup";
import { checkedName } from "../model/names";
import type { IamOperation } from "../model/operation";
import type { IamStore } from "../store";

export const putRolePolicy: IamOperation<PutRolePolicyCommandInput, PutRolePolicyCommandOutput> = {
  access: onRole("PutRolePolicy"),
  run(input, { store }) {
    putInlinePolicy(owner(store, input), input);
    return {};
  },
};

export const getRolePolicy: IamOperation<GetRolePolicyCommandInput, GetRolePolicyCommandOutput> = {
  access: onRole("GetRolePolicy"),
  run(input, { store }) {
    const role = owner(store, input);
    return { RoleName: role.name, ...getInlinePolicy(role, input) };
  },
};

export const deleteRolePolicy: IamOperation<
  DeleteRolePolicyCommandInput,
  DeleteRolePolicyCommandOutput
> = {
  access: onRole("DeleteRolePolicy"),
  run(input, { store }) {
    deleteInlinePolicy(owner(store, input), input);
    return {};
  },
};

export const listRolePolicies: IamOperation<
  ListRolePoliciesCommandInput,
  ListRolePoliciesCommandOutput
> = {
  access: onRole("ListRolePolicies"),
  run: (input, { store }) => listInlinePolicies(owner(store, input), input),
};

function owner(store: IamStore, input: { RoleName?: string }): PolicyOwner {
  const role = roleNamed(store, checkedName(input.RoleName, "roleName"));
  return { kind: "role", name: role.roleName, identity: role };
}
