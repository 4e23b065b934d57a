import { withoutPatterns } from "../../codec";
import { constraints } from "../../constraints/iam";
import type { ServiceDefinition } from "../../core/service";
import { createAccessKey, deleteAccessKey, listAccessKeys } from "./operations/accessKeys";
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
import { rolePolicies, userPolicies } from "./operations/principalPolicies";
import { deleteRole, getRole, listRoles } from "./operations/roles";
import {
  createServiceLinkedRole,
  deleteServiceLinkedRole,
  getServiceLinkedRoleDeletionStatus,
} from "./operations/serviceLinkedRoles";
import { IamStore, NameMap } from "./store";
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
  // names.ts has its own messages for names and paths with invalid characters. The others do not show the value:
  // https://github.com/localstack/localstack/blob/main/tests/aws/services/iam/test_iam_roles.snapshot.json
  constraints: () => ({
    table: withoutPatterns(constraints(), "Key", "Value", "VersionId"),
    hidesValues: true,
  }),
  createStore: (scope) => new IamStore(scope),
  saving: { parts: [NameMap] },
  identity: iamIdentity,
  operations: {
    AddRoleToInstanceProfile: addRoleToInstanceProfile,
    AttachRolePolicy: rolePolicies.attach,
    AttachUserPolicy: userPolicies.attach,
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
    DeleteRolePolicy: rolePolicies.delete,
    DeleteServiceLinkedRole: deleteServiceLinkedRole,
    DeleteUser: deleteUser,
    DeleteUserPolicy: userPolicies.delete,
    DetachRolePolicy: rolePolicies.detach,
    DetachUserPolicy: userPolicies.detach,
    GetInstanceProfile: getInstanceProfile,
    GetPolicy: getPolicy,
    GetPolicyVersion: getPolicyVersion,
    GetRole: getRole,
    GetRolePolicy: rolePolicies.get,
    GetServiceLinkedRoleDeletionStatus: getServiceLinkedRoleDeletionStatus,
    GetUser: getUser,
    GetUserPolicy: userPolicies.get,
    ListAccessKeys: listAccessKeys,
    ListAttachedRolePolicies: rolePolicies.listAttached,
    ListAttachedUserPolicies: userPolicies.listAttached,
    ListInstanceProfilesForRole: listInstanceProfilesForRole,
    ListPolicies: listPolicies,
    ListPolicyTags: listPolicyTags,
    ListPolicyVersions: listPolicyVersions,
    ListRolePolicies: rolePolicies.list,
    ListRoleTags: listRoleTags,
    ListRoles: listRoles,
    ListUserPolicies: userPolicies.list,
    ListUsers: listUsers,
    PutRolePermissionsBoundary: putRolePermissionsBoundary,
    PutRolePolicy: rolePolicies.put,
    PutUserPolicy: userPolicies.put,
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
