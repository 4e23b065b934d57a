import { isKnownCaller } from "./knownCaller";
import { asBlock, get, type PolicyResource } from "./rule";

/** One statement of a policy, with every element that may be one value or a list made a list. */
export interface PolicyStatement {
  readonly allows: boolean;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Everyone it is for, such as `*`, `sqs.amazonaws.com`, an account or an ARN; empty in identity policies. */
  readonly principals: readonly { readonly kind: string; readonly name: string }[];
  /** Operator, key, values; keys in lower case, as IAM compares them. */
  readonly conditions: readonly { operator: string; key: string; values: readonly string[] }[];
  /** Uses NotAction, NotResource or NotPrincipal: it grants what it does not name. */
  readonly inverted: boolean;
  /** Uses NotPrincipal: it is for everyone but its principals. */
  readonly excepted: boolean;
}

/**
 * The statements of the policy at a path of a resource, given as JSON text or as an object; none where there is none.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 *
 * @throws Undecided while the policy is unknown.
 */
export function statementsAt(resource: PolicyResource, path: string): PolicyStatement[] {
  return parsePolicy(get(resource, path));
}

export function parsePolicy(policy: unknown): PolicyStatement[] {
  if (policy === undefined || policy === null || policy === "") return [];
  const document: unknown = typeof policy === "string" ? JSON.parse(policy) : policy;
  return values(member(document, "Statement")).map(parseStatement);
}

function parseStatement(statement: unknown): PolicyStatement {
  const element = (name: string): unknown => member(statement, name);
  return {
    allows: element("Effect") === "Allow",
    actions: values(element("Action") ?? element("NotAction")).map(String),
    resources: values(element("Resource") ?? element("NotResource")).map(String),
    principals: principals(element("Principal") ?? element("NotPrincipal")),
    conditions: conditions(element("Condition")),
    inverted: ["NotAction", "NotResource", "NotPrincipal"].some((name) => element(name)),
    excepted: element("NotPrincipal") !== undefined,
  };
}

function principals(principal: unknown): PolicyStatement["principals"] {
  if (principal === undefined) return [];
  if (typeof principal === "string") return [{ kind: "AWS", name: principal }];
  return Object.entries(asBlock(principal)).flatMap(([kind, names]) =>
    values(names).map((name) => ({ kind, name: String(name) })),
  );
}

function conditions(condition: unknown): PolicyStatement["conditions"] {
  return Object.entries(asBlock(condition)).flatMap(([operator, keys]) =>
    Object.entries(asBlock(keys)).map(([key, given]) => ({
      operator,
      key: key.toLowerCase(),
      values: values(given).map(String),
    })),
  );
}

/** Whether a policy refuses requests without TLS, for every principal and action. */
export function deniesWithoutTls(statements: readonly PolicyStatement[]): boolean {
  return statements.some(
    ({ allows, actions, principals, conditions, inverted }) =>
      !allows &&
      !inverted &&
      principals.some(({ name }) => name === "*") &&
      actions.some((action) => action === "*" || action.endsWith(":*")) &&
      conditions.some(isWithoutTls) &&
      conditions.every((one) => isWithoutTls(one) || isNoService(one)),
  );
}

type PolicyCondition = PolicyStatement["conditions"][number];

function isWithoutTls({ operator, key, values: given }: PolicyCondition): boolean {
  return (
    /^Bool(IfExists)?$/i.test(operator) &&
    key === "aws:securetransport" &&
    given.some((value) => /^false$/i.test(value))
  );
}

/** AWS's services use TLS among themselves: a policy may leave them out of what it denies. */
function isNoService({ operator, key, values: given }: PolicyCondition): boolean {
  return (
    /^Bool(IfExists)?$/i.test(operator) &&
    ["aws:principalisawsservice", "aws:viaawsservice"].includes(key) &&
    given.every((value) => /^false$/i.test(value))
  );
}

/** The statements that let anyone in: an unlimited principal `*`, or everyone but some. */
export function publicStatements(statements: readonly PolicyStatement[]): PolicyStatement[] {
  return statements.filter(
    ({ allows, principals: who, conditions: when, excepted }) =>
      allows && (excepted || who.some(({ name }) => name === "*")) && !when.some(isKnownCaller),
  );
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function values(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}
