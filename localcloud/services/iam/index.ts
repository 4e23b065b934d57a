import { withoutPatterns } from "../../codec";
import { constraints } from "../../constraints/iam";
import type { ServiceDefinition } from "../../core/service";
import { createAccessKey, deleteAccessKey, listAccessKeys } from "./operations/accessKeys";
import {
  attachRolePolicy,
  detachRolePolicy,
  listAttachedRolePolicies,
} from "./operations/attachedRolePolicies";
import { createRole } from "./operations/createRole";
import { iamIdentity } from "./operations/identity";
import {
  addRoleToInstanceProfile,
  createInstanceProfile,
  deleteInstanceProfile,
  getInstanceProfile,
  listInstanceProfilesForRole,
  removeRoleFromInstanceProfile,
} from "./operations/instanceProfiles";
import { createPolicy, deletePolicy, getPolicy, listPolicies } from "./operations/policies";
import {
  createPolicyVersion,
  deletePolicyVersion,
  getPolicyVersion,
  listPolicyVersions,
  setDefaultPolicyVersion,
} from "./operations/policyVersions";
import {
  deleteRolePolicy,
  getRolePolicy,
  listRolePolicies,
  putRolePolicy,
} from "./operations/rolePolicies";
import { deleteRole, getRole, listRoles } from "./operations/roles";
import { createServiceLinkedRole } from "./operations/serviceLinkedRoles";
import { IamStore } from "./store";
import {
  listPolicyTags,
  listRoleTags,
  tagInstanceProfile,
  tagPolicy,
  tagRole,
  untagInstanceProfile,
  untagPolicy,
  untagRole,
} from "./operations/tagOperations";
import {
  deleteRolePermissionsBoundary,
  putRolePermissionsBoundary,
  updateAssumeRolePolicy,
  updateRole,
  updateRoleDescription,
} from "./operations/updateRole";
import {
  attachUserPolicy,
  deleteUserPolicy,
  detachUserPolicy,
  getUserPolicy,
  listAttachedUserPolicies,
  listUserPolicies,
  putUserPolicy,
} from "./operations/userPolicies";
import { createUser, deleteUser, getUser, listUsers } from "./operations/users";

export { iamIdentity } from "./operations/identity";

/** AWS Identity and Access Management: one store for the account, and the directory of its principals. */
export const iam: ServiceDefinition<IamStore> = {
  name: "iam",
  signingName: "iam",
  iamPrefix: "iam",
  deniedCode: "AccessDenied",
  scope: "global",
  sdk: () => require("@aws-sdk/client-iam") as object,
  // names.ts has its own messages for names and paths with invalid characters.
  constraints: () => ({ table: withoutPatterns(constraints()) }),
  createStore: (scope) => new IamStore(scope),
  identity: iamIdentity,
  operations: {
    AddRoleToInstanceProfile: addRoleToInstanceProfile,
    AttachRolePolicy: attachRolePolicy,
    AttachUserPolicy: attachUserPolicy,
    CreateAccessKey: createAccessKey,
    CreateInstanceProfile: createInstanceProfile,
    CreatePolicy: createPolicy,
    CreatePolicyVersion: createPolicyVersion,
    CreateRole: createRole,
    CreateServiceLinkedRole: createServiceLinkedRole,
    CreateUser: createUser,
    DeleteAccessKey: deleteAccessKey,
    DeleteInstanceProfile: deleteInstanceProfile,
    DeletePolicy: deletePolicy,
    DeletePolicyVersion: deletePolicyVersion,
    DeleteRole: deleteRole,
    DeleteRolePermissionsBoundary: deleteRolePermissionsBoundary,
    DeleteRolePolicy: deleteRolePolicy,
    DeleteUser: deleteUser,
    DeleteUserPolicy: deleteUserPolicy,
    DetachRolePolicy: detachRolePolicy,
    DetachUserPolicy: detachUserPolicy,
    GetInstanceProfile: getInstanceProfile,
    GetPolicy: getPolicy,
    GetPolicyVersion: getPolicyVersion,
    GetRole: getRole,
    GetRolePolicy: getRolePolicy,
    GetUser: getUser,
    GetUserPolicy: getUserPolicy,
    ListAccessKeys: listAccessKeys,
    ListAttachedRolePolicies: listAttachedRolePolicies,
    ListAttachedUserPolicies: listAttachedUserPolicies,
    ListInstanceProfilesForRole: listInstanceProfilesForRole,
    ListPolicies: listPolicies,
    ListPolicyTags: listPolicyTags,
    ListPolicyVersions: listPolicyVersions,
    ListRolePolicies: listRolePolicies,
    ListRoleTags: listRoleTags,
    ListRoles: listRoles,
    ListUserPolicies: listUserPolicies,
    ListUsers: listUsers,
    PutRolePermissionsBoundary: putRolePermissionsBoundary,
    PutRolePolicy: putRolePolicy,
    PutUserPolicy: putUserPolicy,
    RemoveRoleFromInstanceProfile: removeRoleFromInstanceProfile,
    SetDefaultPolicyVersion: setDefaultPolicyVersion,
    TagInstanceProfile: tagInstanceProfile,
    TagPolicy: tagPolicy,
    TagRole: tagRole,
    UntagInstanceProfile: untagInstanceProfile,
    UntagPolicy: untagPolicy,
    UntagRole: untagRole,
    UpdateAssumeRolePolicy: updateAssumeRolePolicy,
    UpdateRole: updateRole,
    UpdateRoleDescription: updateRoleDescription,
  },
};
