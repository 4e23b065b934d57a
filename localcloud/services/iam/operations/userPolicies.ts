import type {
  AttachUserPolicyCommandInput,
  AttachUserPolicyCommandOutput,
  DeleteUserPolicyCommandInput,
  DeleteUserPolicyCommandOutput,
  DetachUserPolicyCommandInput,
  DetachUserPolicyCommandOutput,
  GetUserPolicyCommandInput,
  GetUserPolicyCommandOutput,
  ListAttachedUserPoliciesCommandInput,
  ListAttachedUserPoliciesCommandOutput,
  ListUserPoliciesCommandInput,
  ListUserPoliciesCommandOutput,
  PutUserPolicyCommandInput,
  PutUserPolicyCommandOutput,
} from "@aws-sdk/client-iam";
import { onUser } from "../model/access";
import { attachPolicy, detachPolicy, listAttached } from "../model/attachedPolicies";
import { policyArnKey } from "./attachedRolePolicies";
import {
  deleteInlinePolicy,
  getInlinePolicy,
  listInlinePolicies,
  putInlinePolicy,
  type PolicyOwner,
} from "../model/inlinePolicies";
import { userNamed } from "../model/lookup";
import { checkedName } from "../model/names";
import type { IamOperation } from "../model/operation";
import type { IamStore } from "../store";

export const putUserPolicy: IamOperation<PutUserPolicyCommandInput, PutUserPolicyCommandOutput> = {
  access: onUser("PutUserPolicy"),
  run(input, { store }) {
    putInlinePolicy(owner(store, input), input);
    return {};
  },
};

export const getUserPolicy: IamOperation<GetUserPolicyCommandInput, GetUserPolicyCommandOutput> = {
  access: onUser("GetUserPolicy"),
  run(input, { store }) {
    const user = owner(store, input);
    return { UserName: user.name, ...getInlinePolicy(user, input) };
  },
};

export const deleteUserPolicy: IamOperation<
  DeleteUserPolicyCommandInput,
  DeleteUserPolicyCommandOutput
> = {
  access: onUser("DeleteUserPolicy"),
  run(input, { store }) {
    deleteInlinePolicy(owner(store, input), input);
    return {};
  },
};

export const listUserPolicies: IamOperation<
  ListUserPoliciesCommandInput,
  ListUserPoliciesCommandOutput
> = {
  access: onUser("ListUserPolicies"),
  run: (input, { store }) => listInlinePolicies(owner(store, input), input),
};

export const attachUserPolicy: IamOperation<
  AttachUserPolicyCommandInput,
  AttachUserPolicyCommandOutput
> = {
  access: onUser("AttachUserPolicy", policyArnKey),
  run(input, { store }) {
    attachPolicy(store, owner(store, input).identity, input, "PoliciesPerUser");
    return {};
  },
};

export const detachUserPolicy: IamOperation<
  DetachUserPolicyCommandInput,
  DetachUserPolicyCommandOutput
> = {
  access: onUser("DetachUserPolicy", policyArnKey),
  run(input, { store }) {
    detachPolicy(owner(store, input).identity, input);
    return {};
  },
};

export const listAttachedUserPolicies: IamOperation<
  ListAttachedUserPoliciesCommandInput,
  ListAttachedUserPoliciesCommandOutput
> = {
  access: onUser("ListAttachedUserPolicies"),
  run: (input, { store }) => listAttached(owner(store, input).identity, input),
};

function owner(store: IamStore, input: { UserName?: string }): PolicyOwner {
  const user = userNamed(store, checkedName(input.UserName, "userName"));
  return { kind: "user", name: user.userName, identity: user };
}
