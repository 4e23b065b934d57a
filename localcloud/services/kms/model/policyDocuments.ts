import { AwsError } from "../../../core/errors";
import type { PolicyDocument, PolicyStatement } from "../../../core/policyDocument";
import { principalArn, type Principal } from "../../../core/principal";
import { matchesWildcard, wildcardOf } from "../../../core/wildcard";

/** Maximum size of a key policy, bytes. https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html */
const MAX_POLICY_BYTES = 32_768;

/** Returns the policy of a key created without one: the account's IAM policies decide. */
export function defaultKeyPolicy(accountId: string): PolicyDocument {
  return {
    Version: "2012-10-17",
    Id: "key-default-1",
    Statement: [
      {
        Sid: "Enable IAM User Permissions",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${accountId}:root` },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  };
}

/**
 * Refuses a text that is not a key policy, and a policy that would lock out its author.
 * @throws MalformedPolicyDocumentException
 */
export function checkKeyPolicy(
  text: string,
  author: { principal: Principal; accountId: string; bypassLockoutCheck: boolean | undefined },
): void {
  const policy = parsePolicy(text);
  if (author.bypassLockoutCheck || statements(policy).some((one) => lets(one, author))) return;
  throw malformed("The new key policy will not allow you to update the key policy in the future.");
}

function parsePolicy(text: string): PolicyDocument {
  if (Buffer.byteLength(text) > MAX_POLICY_BYTES)
    throw new AwsError("LimitExceededException", "The policy exceeds the maximum size of 32 KB.");
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw malformed("The policy is not valid JSON.");
  }
  if (!isPolicy(policy)) throw malformed("Policy contains a statement with no principal.");
  return policy;
}

function isPolicy(value: unknown): value is PolicyDocument {
  if (typeof value !== "object" || value === null || !("Statement" in value)) return false;
  const all: unknown[] = Array.isArray(value.Statement) ? value.Statement : [value.Statement];
  return all.every(
    (one) =>
      typeof one === "object" && one !== null && ("Principal" in one || "NotPrincipal" in one),
  );
}

/** Checks whether the statement allows its author, or the account, to change the policy. */
function lets(
  statement: PolicyStatement,
  author: { principal: Principal; accountId: string },
): boolean {
  if (statement.Effect !== "Allow" || !statement.Principal) return false;
  const actions = list(statement.Action).map((action) => action.toLowerCase());
  if (!actions.some((action) => matchesPutKeyPolicy(action))) return false;
  if (statement.Principal === "*") return true;
  const role = author.principal.type === "role" ? [author.principal.roleArn] : [];
  const accepted = [
    "*",
    author.accountId,
    `arn:aws:iam::${author.accountId}:root`,
    principalArn(author.principal),
    ...role,
  ];
  return list(statement.Principal["AWS"]).some((name) => accepted.includes(name));
}

function matchesPutKeyPolicy(action: string): boolean {
  return matchesWildcard(wildcardOf(action), "kms:putkeypolicy");
}

function statements(policy: PolicyDocument): PolicyStatement[] {
  return Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement];
}

function list(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

function malformed(message: string): AwsError {
  return new AwsError("MalformedPolicyDocumentException", message);
}
