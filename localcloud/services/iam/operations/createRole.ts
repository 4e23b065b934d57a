import type { CreateRoleCommandInput, CreateRoleCommandOutput } from "@aws-sdk/client-iam";
import { required } from "../../../core/constraint";
import { boundaryKey, iamArn, onNew } from "../model/access";
import { trustPolicy } from "../model/documents";
import { alreadyExists } from "../model/errors";
import { newId } from "../model/ids";
import { requireAttachable } from "../model/lookup";
import { checkDescription, checkedName, checkedPath, checkedSessionDuration } from "../model/names";
import type { IamOperation } from "../model/operation";
import { roleShape } from "../model/roleShape";
import type { RoleRecord } from "../store";
import { addTags } from "../model/tags";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export const createRole: IamOperation<CreateRoleCommandInput, CreateRoleCommandOutput> = {
  access: (input, context) =>
    onNew(
      "CreateRole",
      "role",
      context,
      { name: input.RoleName, path: input.Path, tags: input.Tags },
      boundaryKey(input.PermissionsBoundary),
    ),
  run(input, { store, clock, accountId }) {
    const roleName = checkedName(input.RoleName, "roleName");
    const path = checkedPath(input.Path);
    checkDescription(input.Description);
    const text = required(
      input.AssumeRolePolicyDocument,
      "assumeRolePolicyDocument",
      "ValidationError",
    );
    if (store.roles.get(roleName))
      throw alreadyExists(`Role with name ${roleName} already exists.`);
    if (input.PermissionsBoundary !== undefined)
      requireAttachable(store, input.PermissionsBoundary);
    const role: RoleRecord = {
      roleName,
      roleId: newId("AROA"),
      arn: iamArn("role", { accountId }, roleName, path),
      path,
      createDate: clock.date(),
      trustPolicy: trustPolicy(text, store),
      description: input.Description,
      maxSessionDuration: checkedSessionDuration(input.MaxSessionDuration),
      inlinePolicies: new Map(),
      attachedPolicies: new Set(),
      permissionsBoundary: input.PermissionsBoundary,
      tags: addTags(new Map(), input.Tags, "ignored"),
    };
    store.roles.set(roleName, role);
    return { Role: roleShape(role, "created") };
  },
};
