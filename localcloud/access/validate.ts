import type { PolicyDocument } from "../core/policyDocument";
import { isElement, malformed, type Element } from "./grammar";
import { isIncompleteArn } from "./resourceFormat";
import { validateIdentityPolicy } from "./validateIdentityPolicy";
import { validatePrincipalPolicy } from "./validatePrincipalPolicy";

/** `identity` for roles, users and managed policies; `trust` for role trust policies; `resource` for all others. */
export type PolicyKind = "identity" | "trust" | "resource";

/** Returns the parsed document. Throws MalformedPolicyDocument with IAM's message if it violates the grammar. */
export function validatePolicyDocument(json: string, kind: PolicyKind): PolicyDocument {
  const document = parse(
    json,
    kind === "identity" ? "Syntax errors in policy." : "This policy contains invalid Json",
  );
  if (kind === "identity") validateIdentityPolicy(document);
  else validatePrincipalPolicy(document, kind);
  // The checks above cover the grammar of every element.
  return document as unknown as PolicyDocument;
}

/** Validates a policy for AssumeRole: an identity policy in which no ARN omits fields. */
export function validateSessionPolicy(json: string): PolicyDocument {
  const document = validatePolicyDocument(json, "identity");
  for (const { Resource = [], NotResource = [] } of [document.Statement].flat())
    for (const resource of [Resource, NotResource].flat())
      if (isIncompleteArn(resource))
        throw malformed(`Resource ${resource} is incomplete: session policies need all fields.`);
  return document;
}

function parse(json: string, message: string): Element {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw malformed(message);
  }
  if (!isElement(value)) throw malformed(message);
  return value;
}
