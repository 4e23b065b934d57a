import type {
  AttachRolePolicyCommandInput,
  AttachRolePolicyCommandOutput,
  DetachRolePolicyCommandInput,
  DetachRolePolicyCommandOutput,
  ListAttachedRolePoliciesCommandInput,
  ListAttachedRolePoliciesCommandOutput,
} from "@aws-sdk/client-iam";
import type { ContextValues } from "../../../access/context";
import { onRole } from "../model/access";
import { attachPolicy, detachPolicy, listAttached } from "../model/attachedPolicies";
import { roleNamed } from "../model/lookup";
import { checkedName } from "../model/names";
import type { IamOperation } from "../model/operation";

export const attachRolePolicy: IamOperation<
  AttachRolePolicyCommandInput,
  AttachRolePolicyCommandOutput
> = {
  access: onRole("AttachRolePolicy", policyArnKey),
  run(input, { store }) {
    const role = roleNamed(store, checkedName(input.RoleName, "roleName"));
    attachPolicy(store, role, input, "PoliciesPerRole");
    return {};
  },
};

export const detachRolePolicy: IamOperation<
  DetachRolePolicyCommandInput,
  DetachRolePolicyCommandOutput
> = {
  access: onRole("DetachRolePolicy", policyArnKey),
  run(input, { store }) {
    detachPolicy(roleNamed(store, checkedName(input.RoleName, "roleName")), input);
    return {};
  },
};

export const listAttachedRolePolicies: IamOperation<
  ListAttachedRolePoliciesCommandInput,
  ListAttachedRolePoliciesCommandOutput
> = {
  access: onRole("ListAttachedRolePolicies"),
  run: (input, { store }) => listAttached(roleNamed(store, input.RoleName), input),
};

/** Returns `iam:PolicyARN`, by which a policy can limit which policies may be attached. */
export function policyArnKey(input: { PolicyArn?: string }): ContextValues {
  return input.PolicyArn === undefined ? {} : { "iam:PolicyARN": input.PolicyArn };
}
