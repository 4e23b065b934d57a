import type { AttachedPolicy } from "@aws-sdk/client-iam";
import { checkLength, required } from "../../../core/constraint";
import { noSuchEntity, quotaExceeded, validationError } from "./errors";
import { listPage, type ListRequest } from "./listPage";
import { requireAttachable } from "./lookup";
import type { Identity, IamStore } from "../store";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MAX_ATTACHED = 10;

/** Attaches a policy; attaching it again has no effect. */
export function attachPolicy(
  store: IamStore,
  identity: Identity,
  input: { PolicyArn?: string },
  quota: "PoliciesPerRole" | "PoliciesPerUser",
): void {
  const arn = checkedArn(input.PolicyArn);
  if (!arn.startsWith("arn:")) throw validationError(`ARN ${arn} is not valid.`);
  requireAttachable(store, arn);
  if (!identity.attachedPolicies.has(arn) && identity.attachedPolicies.size >= MAX_ATTACHED)
    throw quotaExceeded(quota, MAX_ATTACHED);
  identity.attachedPolicies.add(arn);
}

export function detachPolicy(identity: Identity, input: { PolicyArn?: string }): void {
  const arn = checkedArn(input.PolicyArn);
  if (!identity.attachedPolicies.delete(arn)) throw noSuchEntity(`Policy ${arn} was not found.`);
}

export function listAttached(
  identity: Identity,
  input: ListRequest & { PathPrefix?: string },
): { AttachedPolicies: AttachedPolicy[]; IsTruncated: boolean; Marker?: string } {
  const prefix = input.PathPrefix ?? "/";
  const arns = [...identity.attachedPolicies].filter((arn) => pathOf(arn).startsWith(prefix));
  const { items, ...rest } = listPage(arns, input, (arn) => arn);
  return {
    AttachedPolicies: items.map((PolicyArn) => ({
      PolicyName: PolicyArn.slice(PolicyArn.lastIndexOf("/") + 1),
      PolicyArn,
    })),
    ...rest,
  };
}

function checkedArn(arn: string | undefined): string {
  const value = required(arn, "policyArn", "ValidationError");
  checkLength(value, "policyArn", { min: 20, max: 2048 }, "ValidationError");
  return value;
}

/** Returns the path in an ARN: `/` for `arn:aws:iam::aws:policy/ReadOnlyAccess`. */
function pathOf(arn: string): string {
  const path = arn.slice(arn.indexOf(":policy/") + ":policy".length);
  return path.slice(0, path.lastIndexOf("/") + 1);
}
