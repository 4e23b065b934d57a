import type { ResourceType } from "../types";
import { iamPolicy } from "./iamPolicy";
import { role } from "./iamRole";
import { rolePolicy, rolePolicyAttachment } from "./iamRolePolicies";

export const IAM_RESOURCES: readonly ResourceType[] = [
  role,
  rolePolicy,
  rolePolicyAttachment,
  iamPolicy,
];
