import {
  POLICY_FIELDS,
  STATEMENT_FIELDS,
  VERSIONS,
  actionError,
  isCondition,
  isElement,
  malformed,
  statementsOf,
  textsOf,
  type Element,
} from "./grammar";

/**
 * Actions of a trust policy; others of STS are refused. A pattern is not compared with them.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html and the messages recorded in
 * https://github.com/localstack/localstack/blob/main/tests/aws/services/iam/test_iam_roles.snapshot.json
 */
const TRUST_ACTION =
  /^sts:(AssumeRole(WithSAML|WithWebIdentity)?|TagSession|SetSourceIdentity|SetContext|.*[*?].*)$/i;
const PRINCIPAL_KINDS: readonly string[] = ["AWS", "Service", "Federated", "CanonicalUser"];
const AWS_PRINCIPAL =
  /^(\*|\d{12}|A[A-Z]{3}[A-Z0-9]{12,}|arn:aws[a-z-]*:(iam|sts)::\d{12}:[^*?]+)$/;
const SERVICE_PRINCIPAL = /^[a-z0-9.-]+\.(amazonaws\.com(\.cn)?|amazon\.com|internal)$/;

/**
 * Refuses policies that CreateRole (trust) and the Put...Policy operations of services (resource) refuse.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function validatePrincipalPolicy(policy: Element, kind: "trust" | "resource"): void {
  refuseUnknownFields(policy, POLICY_FIELDS);
  if (policy.Version !== undefined && !VERSIONS.includes(policy.Version))
    throw malformed("Policy document must be version 2012-10-17 or greater.");
  if (policy.Statement === undefined) throw malformed("Missing required field Statement");
  const statements = statementsOf(policy);
  if (!statements) throw malformed("Syntax errors in policy.");
  for (const statement of statements) {
    refuseUnknownFields(statement, STATEMENT_FIELDS);
    validateStatement(statement);
    if (kind === "trust") validateTrustStatement(statement);
    validatePrincipal(statement.Principal ?? statement.NotPrincipal);
  }
}

function refuseUnknownFields(element: Element, known: readonly string[]): void {
  const unknown = Object.keys(element).find((field) => !known.includes(field));
  if (unknown !== undefined) throw malformed(`Unknown field ${unknown}`);
}

function validateStatement(statement: Element): void {
  if (statement.Effect === undefined) throw malformed("Missing required field Effect");
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny")
    throw malformed(`Invalid effect: ${String(statement.Effect)}`);
  if (statement.Principal === undefined && statement.NotPrincipal === undefined)
    throw malformed("Missing required field Principal");
  const actions = statement.Action ?? statement.NotAction;
  if (actions === undefined) throw malformed("Missing required field Action");
  const texts = textsOf(actions);
  if (!texts || texts.length === 0) throw malformed("Policy statement must contain actions.");
  for (const action of texts) {
    const error = actionError(action);
    if (error !== undefined) throw malformed(error);
  }
  if (statement.Condition !== undefined && !isCondition(statement.Condition))
    throw malformed("Syntax errors in policy.");
}

/** Checks a statement of a trust policy: it names no resource, and only actions that assume the role. */
function validateTrustStatement(statement: Element): void {
  for (const field of ["Resource", "NotResource", "NotPrincipal"])
    if (statement[field] !== undefined) throw malformed(`Has prohibited field ${field}`);
  const actions = textsOf(statement.Action ?? statement.NotAction) ?? [];
  if (!actions.every((action) => TRUST_ACTION.test(action)))
    throw malformed("AssumeRole policy may only specify STS AssumeRole actions.");
}

function validatePrincipal(principal: unknown): void {
  if (principal === "*") return;
  if (!isElement(principal)) throw malformed("Syntax errors in policy.");
  for (const [kind, value] of Object.entries(principal)) {
    const names = textsOf(value);
    if (!PRINCIPAL_KINDS.includes(kind) || !names) throw malformed(`Unknown field ${kind}`);
    for (const name of names) if (!isValidName(kind, name)) throw invalidPrincipal(kind, name);
  }
}

/**
 * Returns an error such as `Invalid principal in policy: "SERVICE":"lambda"`; also used for a principal that does not
 * exist.
 */
export function invalidPrincipal(kind: string, name: string): Error {
  return malformed(`Invalid principal in policy: "${kind.toUpperCase()}":"${name}"`);
}

function isValidName(kind: string, name: string): boolean {
  if (kind === "AWS") return AWS_PRINCIPAL.test(name);
  if (kind === "Service") return SERVICE_PRINCIPAL.test(name);
  return name !== "";
}
