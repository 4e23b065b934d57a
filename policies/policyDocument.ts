import { isKnownCaller } from "./knownCaller";
import { asBlock, get, type PolicyResource } from "./rule";

/** One statement of a policy; elements that may be one value or a list are always lists. */
export interface PolicyStatement {
  readonly allows: boolean;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /**
   * Everyone that it applies to, such as `*`, `sqs.amazonaws.com`, an account or an ARN; empty in identity policies.
   */
  readonly principals: readonly { readonly kind: string; readonly name: string }[];
  /** Operator, key, values; keys in lower case, since IAM ignores their case. */
  readonly conditions: readonly { operator: string; key: string; values: readonly string[] }[];
  /** Whether it uses NotAction, NotResource or NotPrincipal: it then applies to everything else. */
  readonly inverted: boolean;
  /** Whether it uses NotPrincipal: it then applies to everyone except its principals. */
  readonly excepted: boolean;
}

/**
 * Returns the statements of the policy at a path of a resource, given as JSON text or as an object; empty without a
 * policy.
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

/** Checks whether a policy denies requests without TLS, for every principal and action. */
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

/** AWS services always use TLS among themselves: a policy may exclude them from the denial. */
function isNoService({ operator, key, values: given }: PolicyCondition): boolean {
  return (
    /^Bool(IfExists)?$/i.test(operator) &&
    ["aws:principalisawsservice", "aws:viaawsservice"].includes(key) &&
    given.every((value) => /^false$/i.test(value))
  );
}

/** Returns the statements that allow anyone: an unlimited principal `*`, or everyone with exceptions. */
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
