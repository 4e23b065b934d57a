import type { PolicyDocument } from "../core/policyDocument";
import { isElement, malformed, type Element } from "./grammar";
import { validateIdentityPolicy } from "./validateIdentityPolicy";
import { validatePrincipalPolicy } from "./validatePrincipalPolicy";

/** `identity` for roles, users and managed policies; `trust` for who may assume a role; `resource` for the rest. */
export type PolicyKind = "identity" | "trust" | "resource";

/** The document as an object; throws MalformedPolicyDocument with IAM's text when it breaks the grammar. */
export function validatePolicyDocument(json: string, kind: PolicyKind): PolicyDocument {
  const document = parse(
    json,
    kind === "identity" ? "Syntax errors in policy." : "This policy contains invalid Json",
  );
  if (kind === "identity") validateIdentityPolicy(document);
  else validatePrincipalPolicy(document, kind);
  // The grammar was checked element by element above.
  return document as unknown as PolicyDocument;
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
