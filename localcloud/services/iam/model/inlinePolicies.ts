import { required } from "../../../core/constraint";
import { encodeDocument, inlinePolicy } from "./documents";
import { noSuchEntity } from "./errors";
import { listPage, type ListRequest } from "./listPage";
import { checkedName } from "./names";
import type { Identity, StoredPolicy } from "../store";

/** The owner of inline policies; the rules are the same for roles and users. */
export interface PolicyOwner {
  readonly kind: "role" | "user";
  readonly name: string;
  readonly identity: Identity;
}

export function putInlinePolicy(
  owner: PolicyOwner,
  input: { PolicyName?: string; PolicyDocument?: string },
): void {
  const policyName = checkedName(input.PolicyName, "policyName");
  const text = required(input.PolicyDocument, "policyDocument", "ValidationError");
  const { inlinePolicies } = owner.identity;
  const others = [...inlinePolicies]
    .filter(([name]) => name !== policyName)
    .map(([, policy]) => policy);
  inlinePolicies.set(policyName, inlinePolicy(text, { ...owner, others }));
}

export function getInlinePolicy(
  owner: PolicyOwner,
  input: { PolicyName?: string },
): { PolicyName: string; PolicyDocument: string } {
  const PolicyName = checkedName(input.PolicyName, "policyName");
  return { PolicyName, PolicyDocument: encodeDocument(find(owner, PolicyName)) };
}

export function deleteInlinePolicy(owner: PolicyOwner, input: { PolicyName?: string }): void {
  const policyName = checkedName(input.PolicyName, "policyName");
  find(owner, policyName);
  owner.identity.inlinePolicies.delete(policyName);
}

export function listInlinePolicies(
  owner: PolicyOwner,
  input: ListRequest,
): { PolicyNames: string[]; IsTruncated: boolean; Marker?: string } {
  const names = owner.identity.inlinePolicies.keys();
  const { items, ...rest } = listPage(names, input, (name) => name);
  return { PolicyNames: items, ...rest };
}

function find(owner: PolicyOwner, policyName: string): StoredPolicy {
  const policy = owner.identity.inlinePolicies.get(policyName);
  if (!policy)
    throw noSuchEntity(`The ${owner.kind} policy with name ${policyName} cannot be found.`);
  return policy;
}
