import type { AttachedPermissionsBoundary, Role } from "@aws-sdk/client-iam";
import { encodeDocument } from "./documents";
import type { RoleRecord } from "../store";
import { tagList } from "./tags";

/**
 * Returns the role as the API shows it. Lists omit the tags, the boundary and the last use, CreateRole the session
 * duration and the last use.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html#API_CreateRole_Examples
 */
export function roleShape(role: RoleRecord, as: "full" | "listed" | "created" = "full"): Role {
  return {
    Path: role.path,
    RoleName: role.roleName,
    RoleId: role.roleId,
    Arn: role.arn,
    CreateDate: role.createDate,
    AssumeRolePolicyDocument: encodeDocument(role.trustPolicy),
    Description: role.description,
    ...(as !== "created" && { MaxSessionDuration: role.maxSessionDuration }),
    ...(as !== "listed" && {
      PermissionsBoundary: boundaryShape(role.permissionsBoundary),
      ...(role.tags.size > 0 && { Tags: tagList(role.tags) }),
    }),
    ...(as === "full" && { RoleLastUsed: {} }),
  };
}

export function boundaryShape(arn: string | undefined): AttachedPermissionsBoundary | undefined {
  if (arn === undefined) return undefined;
  // The service returns "Policy" although its model has another value:
  // https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachedPermissionsBoundary.html
  const type = "Policy" as string as "PermissionsBoundaryPolicy";
  return { PermissionsBoundaryType: type, PermissionsBoundaryArn: arn };
}
