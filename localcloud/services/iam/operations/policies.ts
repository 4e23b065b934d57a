import type {
  CreatePolicyCommandInput,
  CreatePolicyCommandOutput,
  DeletePolicyCommandInput,
  DeletePolicyCommandOutput,
  GetPolicyCommandInput,
  GetPolicyCommandOutput,
  ListPoliciesCommandInput,
  ListPoliciesCommandOutput,
} from "@aws-sdk/client-iam";
import { checkEnum, required } from "../../../core/constraint";
import { iamArn, onNew, onPolicy } from "../model/access";
import { awsManagedPolicies } from "../model/awsManagedPolicies";
import { managedPolicy } from "../model/documents";
import { alreadyExists, deleteConflict } from "../model/errors";
import { newId } from "../model/ids";
import { listPage } from "../model/listPage";
import { attachmentCount, boundaryCount, customerPolicy, policyWithArn } from "../model/lookup";
import { checkDescription, checkedName, checkedPath } from "../model/names";
import type { IamOperation } from "../model/operation";
import { policyShape } from "../model/policyShape";
import type { IamStore, PolicyRecord } from "../store";
import { addTags } from "../model/tags";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html */
export const createPolicy: IamOperation<CreatePolicyCommandInput, CreatePolicyCommandOutput> = {
  access: (input, context) =>
    onNew("CreatePolicy", "policy", context, {
      name: input.PolicyName,
      path: input.Path,
      tags: input.Tags,
    }),
  run(input, { store, clock, accountId }) {
    const policyName = checkedName(input.PolicyName, "policyName");
    const path = checkedPath(input.Path);
    checkDescription(input.Description);
    const text = required(input.PolicyDocument, "policyDocument", "ValidationError");
    // Names are unique in the account, regardless of their path.
    if ([...store.policies.values()].some((policy) => sameName(policy, policyName)))
      throw alreadyExists(
        `A policy called ${policyName} already exists. Duplicate names are not allowed.`,
      );
    const createDate = clock.date();
    const policy: PolicyRecord = {
      policyName,
      policyId: newId("ANPA"),
      arn: iamArn("policy", { accountId }, policyName, path),
      path,
      description: input.Description,
      createDate,
      updateDate: createDate,
      defaultVersionId: "v1",
      lastVersion: 1,
      versions: new Map([["v1", { versionId: "v1", createDate, policy: managedPolicy(text) }]]),
      tags: addTags(new Map(), input.Tags, "exact"),
    };
    store.policies.set(policy.arn, policy);
    return { Policy: policyShape(policy, store, "created") };
  },
};

export const getPolicy: IamOperation<GetPolicyCommandInput, GetPolicyCommandOutput> = {
  access: onPolicy("GetPolicy"),
  run: (input, { store }) => ({
    Policy: policyShape(policyWithArn(store, input.PolicyArn), store),
  }),
};

export const listPolicies: IamOperation<ListPoliciesCommandInput, ListPoliciesCommandOutput> = {
  access: () => [{ action: "iam:ListPolicies", resource: "*" }],
  run(input, { store }) {
    checkEnum(input.Scope, "scope", ["All", "AWS", "Local"], "ValidationError");
    const policies = inScope(store, input.Scope ?? "All")
      .filter((policy) => policy.path.startsWith(input.PathPrefix ?? "/"))
      .filter((policy) => !input.OnlyAttached || attachmentCount(store, policy.arn) > 0)
      .filter((policy) => isUsedAs(policy, input.PolicyUsageFilter, store));
    const { items, ...rest } = listPage(policies, input, (policy) => policy.arn);
    return { Policies: items.map((policy) => policyShape(policy, store, "listed")), ...rest };
  },
};

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html */
export const deletePolicy: IamOperation<DeletePolicyCommandInput, DeletePolicyCommandOutput> = {
  access: onPolicy("DeletePolicy"),
  run(input, { store }) {
    const policy = customerPolicy(store, input.PolicyArn);
    if (attachmentCount(store, policy.arn) > 0 || boundaryCount(store, policy.arn) > 0)
      throw deleteConflict("Cannot delete a policy attached to entities.");
    if (policy.versions.size > 1)
      throw deleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete " +
          "the policy's versions. The default version is deleted with the policy.",
      );
    store.policies.delete(policy.arn);
    return {};
  },
};

function sameName(policy: PolicyRecord, name: string): boolean {
  return policy.policyName.toLowerCase() === name.toLowerCase();
}

function inScope(store: IamStore, scope: "All" | "AWS" | "Local"): readonly PolicyRecord[] {
  const local = [...store.policies.values()];
  if (scope === "Local") return local;
  return scope === "AWS" ? awsManagedPolicies() : [...local, ...awsManagedPolicies()];
}

function isUsedAs(
  policy: PolicyRecord,
  usage: ListPoliciesCommandInput["PolicyUsageFilter"],
  store: IamStore,
): boolean {
  if (usage === "PermissionsPolicy") return attachmentCount(store, policy.arn) > 0;
  if (usage === "PermissionsBoundary") return boundaryCount(store, policy.arn) > 0;
  return true;
}
