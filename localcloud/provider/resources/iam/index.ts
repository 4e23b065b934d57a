import type { ResourceType } from "../../types";
import { instanceProfile } from "./instanceProfile";
import { iamPolicy } from "./policy";
import { role } from "./role";
import { rolePolicy, rolePolicyAttachment } from "./rolePolicies";

export const IAM_RESOURCES: readonly ResourceType[] = [
  role,
  rolePolicy,
  rolePolicyAttachment,
  iamPolicy,
  instanceProfile,
];
