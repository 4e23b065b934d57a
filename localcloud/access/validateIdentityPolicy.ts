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
import { parsePolicyDate } from "./operators";
import { isLegacyArn, resourceError } from "./resourceFormat";

const SYNTAX = "Syntax errors in policy.";
const LEGACY = "The policy failed legacy parsing";

/**
 * Refuses policies that CreatePolicy and PutRolePolicy refuse. The checks run in the order in which AWS reports
 * errors: first syntax of the whole document, then version, values, missing parts, and formats.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function validateIdentityPolicy(policy: Element): void {
  const statements = statementsOf(policy);
  check(statements !== undefined && hasPolicySyntax(policy), SYNTAX);
  for (const statement of statements) {
    check(
      statement.Principal === undefined && statement.NotPrincipal === undefined,
      "Policy document should not specify a principal.",
    );
    check(hasStatementSyntax(statement), SYNTAX);
  }
  check(policy.Version === "2012-10-17", "Policy document must be version 2012-10-17 or greater.");
  check(statements.every(survivesLegacyParsing), LEGACY);
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
  check(
    statements.every(({ Sid = "" }) => /^[0-9A-Za-z]*$/.test(String(Sid))),
    "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
  );
  check(hasUniqueSids(statements), "Statement IDs (SID) in a single policy must be unique.");
  check(
    statements.every((statement) => actionsOf(statement).length > 0),
    "Policy statement must contain actions.",
  );
  refuseFirst(statements.flatMap(resourcesOf), resourceError);
  refuseFirst(statements.flatMap(actionsOf), actionError);
  check(
    statements.every((statement) => resourcesOf(statement).length > 0),
    "Policy statement must contain resources.",
  );
}

function hasPolicySyntax(policy: Element): boolean {
  return (
    Object.keys(policy).every((field) => POLICY_FIELDS.includes(field)) &&
    (policy.Version === undefined || VERSIONS.includes(policy.Version)) &&
    (policy.Id === undefined || typeof policy.Id === "string")
  );
}

function hasStatementSyntax(statement: Element): boolean {
  const { Action, NotAction, Resource, NotResource, Condition, Sid, Effect } = statement;
  return (
    Object.keys(statement).every((field) => STATEMENT_FIELDS.includes(field)) &&
    typeof Effect === "string" &&
    /^(allow|deny)$/i.test(Effect) &&
    [Action, NotAction, Resource, NotResource].every(isAbsentOrTexts) &&
    (Action === undefined || NotAction === undefined) &&
    (Resource === undefined || NotResource === undefined) &&
    (Sid === undefined || typeof Sid === "string") &&
    (Condition === undefined || isCondition(Condition))
  );
}

function isAbsentOrTexts(value: unknown): boolean {
  return value === undefined || textsOf(value) !== undefined;
}

function survivesLegacyParsing(statement: Element): boolean {
  return (
    (statement.Effect === "Allow" || statement.Effect === "Deny") &&
    datesOf(statement.Condition).every((date) => !Number.isNaN(parsePolicyDate(date))) &&
    resourcesOf(statement).every(isLegacyArn)
  );
}

function datesOf(condition: unknown): readonly string[] {
  if (!isElement(condition)) return [];
  return Object.entries(condition)
    .filter(([operator]) => /^(\w+:)?Date/.test(operator))
    .flatMap(([, keys]) => (isElement(keys) ? Object.values(keys).flat().map(String) : []));
}

function hasUniqueSids(statements: readonly Element[]): boolean {
  const sids = statements.map(({ Sid }) => Sid).filter((sid) => sid !== undefined && sid !== "");
  return new Set(sids).size === sids.length;
}

function actionsOf(statement: Element): readonly string[] {
  return textsOf(statement.Action ?? statement.NotAction ?? []) ?? [];
}

function resourcesOf(statement: Element): readonly string[] {
  return textsOf(statement.Resource ?? statement.NotResource ?? []) ?? [];
}

function refuseFirst(
  values: readonly string[],
  error: (value: string) => string | undefined,
): void {
  for (const value of values) {
    const message = error(value);
    if (message !== undefined) throw malformed(message);
  }
}

function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw malformed(message);
}
