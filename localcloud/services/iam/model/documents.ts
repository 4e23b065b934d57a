import type { PolicyDocument } from "../../../core/policyDocument";
import { validatePolicyDocument } from "../../../access/validate";
import { invalidPrincipal } from "../../../access/validatePrincipalPolicy";
import { limitExceeded, quotaExceeded } from "./errors";
import type { IamStore, StoredPolicy } from "../store";

/** Characters without white space; https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MAX_TRUST_POLICY = 2048;
const MAX_MANAGED_POLICY = 6144;
const MAX_INLINE_POLICIES = { role: 10_240, user: 2048 } as const;

/** Parses a trust policy. As in IAM, the principals of this account that it names must exist. */
export function trustPolicy(text: string, store: IamStore): StoredPolicy {
  const document = validatePolicyDocument(text, "trust");
  if (sizeOf(text) > MAX_TRUST_POLICY) throw quotaExceeded("ACLSizePerRole", MAX_TRUST_POLICY);
  for (const name of awsPrincipals(document))
    if (!principalExists(name, store)) throw invalidPrincipal("AWS", name);
  return { text, document };
}

export function managedPolicy(text: string): StoredPolicy {
  const document = validatePolicyDocument(text, "identity");
  if (sizeOf(text) > MAX_MANAGED_POLICY) throw quotaExceeded("PolicySize", MAX_MANAGED_POLICY);
  return { text, document };
}

/** Parses an inline policy. The size limit applies to all inline policies of the role or user together. */
export function inlinePolicy(
  text: string,
  owner: { kind: keyof typeof MAX_INLINE_POLICIES; name: string; others: Iterable<StoredPolicy> },
): StoredPolicy {
  const document = validatePolicyDocument(text, "identity");
  const limit = MAX_INLINE_POLICIES[owner.kind];
  const total = [...owner.others].reduce((sum, other) => sum + sizeOf(other.text), sizeOf(text));
  if (total > limit)
    throw limitExceeded(
      `Maximum policy size of ${limit} bytes exceeded for ${owner.kind} ${owner.name}`,
    );
  return { text, document };
}

/** Percent-encodes a policy document by RFC 3986, as responses contain it. */
export function encodeDocument(policy: StoredPolicy): string {
  return encodeURIComponent(policy.text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sizeOf(text: string): number {
  return text.replace(/\s/g, "").length;
}

function awsPrincipals(document: PolicyDocument): readonly string[] {
  return [document.Statement]
    .flat()
    .flatMap(({ Principal: principal }) =>
      typeof principal === "object" ? [principal.AWS ?? []].flat() : [],
    );
}

/** Checks whether a role or user of this account exists; other accounts cannot be checked here. */
function principalExists(arn: string, store: IamStore): boolean {
  const [, accountId, kind, name] =
    /^arn:[^:]+:iam::(\d+):(role|user)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  if (kind === undefined || accountId !== store.accountId) return true;
  const found = kind === "role" ? store.roles.get(name) : store.users.get(name);
  return found?.arn === arn;
}
