import * as pulumi from "@pulumi/pulumi";
import { isMissingInMocks } from "../mocks";
import { argumentError } from "../validation";
import { REFERENCE_DAY } from "./actionReferenceData";
import { actionFact } from "./resourceLevel";
import type { PolicyException } from "./policyException";
import { isVisibleText } from "./visibleText";
import { REVEALING_ACTIONS } from "./revealingActions";
import { type Condition, isNarrowing, isWholeKind, limitsKey } from "./wholeKind";

/** One statement of an IAM policy, typed so that mistakes show at preview. */
export interface Statement {
  /** Letters and digits. Default: none. */
  sid?: string;
  /** Default "Allow". */
  effect?: "Allow" | "Deny";
  /** Full names of actions, such as `ecs:UpdateService`: wildcards are refused. */
  actions: string[];
  /** ARNs; `"*"` only for actions that have no resource level. */
  resources: pulumi.Input<string>[];
  /** As in IAM: operator, then key, then value or values. */
  conditions?: Conditions;
  /**
   * Why the resource is a whole kind (`table/*`), or `"*"` for an action that can be called without naming a resource
   * or that is missing in AWS's service authorization reference: one sentence for readers. It becomes an exception to
   * the policy pack. Default: none, and such a resource is refused unless a condition limits it.
   */
  reason?: string;
}

export type Conditions = Record<
  string,
  Record<string, pulumi.Input<string> | pulumi.Input<string>[]>
>;

/**
 * Most characters of all inline policies of a role together, white space not counted.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const MAX_INLINE_POLICY = 10_240;

/**
 * Refuses statements that grant too much: wildcard actions, `"*"` or a whole kind of resource where one resource could
 * be named, and PassRole to any service. Resources that are Outputs are checked by policyDocument.
 *
 * @param argument name of the list in messages. Default "permissions".
 */
export function checkStatements(
  statements: Statement[],
  resource: pulumi.Resource,
  argument = "permissions",
): void {
  if (!Array.isArray(statements))
    throw argumentError(resource, argument, statements, "list statements, or [] for none");
  statements.forEach((statement: Statement, i) => {
    if (Object(statement) !== statement)
      throw argumentError(
        resource,
        `${argument}[${i}]`,
        statement,
        "give an object with actions and resources",
      );
    const problem = shapeProblem(statement) ?? grantProblem(statement, plainResources(statement));
    if (problem) throw statementError(`${argument}[${i}]`, statement, problem, resource);
  });
}

/**
 * Returns the policy as JSON text. Statements whose resources are Outputs are checked when these are known.
 *
 * @param requiredByAws statements that AWS itself requires in this form; they are not checked.
 */
export function policyDocument(
  statements: Statement[],
  resource?: pulumi.Resource,
  requiredByAws: Statement[] = [],
): pulumi.Output<string> {
  const checked = statements.map((statement, i) =>
    pulumi.output(statement.resources).apply((resources) => {
      const known = resources.filter((one) => !isMissingInMocks(one));
      const problem = grantProblem(statement, known);
      if (problem) throw statementError(`permissions[${i}]`, statement, problem, resource);
      return documentStatement(statement);
    }),
  );
  const all = [...checked, ...requiredByAws.map(documentStatement)];
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: all }).apply((text) => {
    if (text.length <= MAX_INLINE_POLICY) return text;
    const size = `has ${text.length} characters, allowed are ${MAX_INLINE_POLICY}`;
    const message = `permissions: the policy ${size}; name fewer resources or use a pattern.`;
    throw new pulumi.ResourceError(message, resource, true);
  });
}

/** Returns the trust policy that lets one AWS service, and nobody else, assume a role. */
export function assumeRolePolicy(service: `${string}.amazonaws.com`): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });
}

function documentStatement(statement: Statement): object {
  return {
    ...(statement.sid ? { Sid: statement.sid } : {}),
    Effect: statement.effect ?? "Allow",
    Action: statement.actions,
    Resource: statement.resources,
    ...(statement.conditions ? { Condition: statement.conditions } : {}),
  };
}

const KEYS = ["sid", "effect", "actions", "resources", "conditions", "reason"];

function shapeProblem(statement: Statement): string | undefined {
  const unknown = Object.keys(statement).find((key) => !KEYS.includes(key));
  if (unknown) return `has no field '${unknown}'; allowed are ${KEYS.join(", ")}`;
  if (!Array.isArray(statement.actions) || statement.actions.length === 0) {
    return "has no actions; name each one, such as s3:GetObject";
  }
  if (!Array.isArray(statement.resources) || statement.resources.length === 0) {
    return "has no resources; name the ARNs that the callback uses";
  }
  if (!["Allow", "Deny"].includes(statement.effect ?? "Allow")) {
    return `has effect '${statement.effect}'; allowed are Allow and Deny`;
  }
  if (statement.sid !== undefined && !/^[A-Za-z0-9]+$/.test(statement.sid)) {
    return `has sid '${statement.sid}'; allowed are letters and digits`;
  }
  if (statement.reason !== undefined && !isVisibleText(statement.reason)) {
    return "has an empty reason; write why it needs every resource of a kind";
  }
  const malformed = statement.actions.find(
    (action) => !/^[a-z0-9-]+:[A-Za-z0-9*?-]+$/.test(action),
  );
  if (malformed !== undefined && malformed !== "*") {
    return `has action '${malformed}'; write service:Action, such as s3:GetObject`;
  }
  return undefined;
}

/** Returns what a statement grants too much of; a Deny never does. */
function grantProblem(statement: Statement, resources: string[]): string | undefined {
  if (statement.effect === "Deny") return undefined;
  const wildcard = statement.actions.find((action) => /[*?]/.test(action));
  if (wildcard)
    return `has the wildcard action '${wildcard}'; name each action that the code calls`;
  if (
    statement.actions.includes("iam:PassRole") &&
    !isLimitedBy(statement, "iam:PassedToService")
  ) {
    return "passes a role to any service; add a StringEquals condition on iam:PassedToService";
  }
  for (const resource of resources) {
    const problem = resourceProblem(statement, resource);
    if (problem) return problem;
  }
  return undefined;
}

function resourceProblem(statement: Statement, resource: string): string | undefined {
  if (resource === "*") return anyResourceProblem(statement);
  const [prefix, partition = "", service = "", , , ...rest] = resource.split(":");
  if (prefix !== "arn" || rest.length === 0) {
    return `has resource '${resource}', which is not an ARN; use the arn output of the resource`;
  }
  const name = rest.join(":");
  if (/[*?]/.test(partition + service) || /^[*?:/]*$/.test(name)) {
    return `has resource '${resource}', which means every resource; name the ARNs that the callback uses`;
  }
  if (isWholeKind(resource) && statement.reason === undefined && !isNarrowed(statement)) {
    return `has resource '${resource}', which covers every resource of its kind; name one, add a condition that limits it, or a reason`;
  }
  return undefined;
}

function isNarrowed(statement: Statement): boolean {
  return conditionsOf(statement).some(isNarrowing);
}

function conditionsOf({ conditions = {} }: Statement): Condition[] {
  return Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => ({
      operator,
      key,
      values: Array.isArray(value) ? value : [value],
    })),
  );
}

/** Returns the exceptions to the policy pack that statements with a reason cause, for the policy of that name. */
export function widthExceptions(
  statements: readonly (Statement | null)[] | undefined,
  policy: string,
): PolicyException[] {
  if (!Array.isArray(statements)) return [];
  return statements.flatMap((statement: Statement | null) => {
    const { actions, reason } = statement ?? {};
    if (!isVisibleText(reason) || !Array.isArray(actions)) return [];
    const revealed = actions.filter((action) => REVEALING_ACTIONS.has(action));
    const exception = (rule: string, of: string): PolicyException => ({
      rule,
      resource: policy,
      finding: `${of} on *`,
      reason,
    });
    return [
      exception("AwsSolutions-IAM5", actions.join(", ")),
      ...revealed.map((action) => exception("CKV_AWS_287", action)),
    ];
  });
}

function anyResourceProblem(statement: Statement): string | undefined {
  for (const action of statement.actions) {
    const problem = anyResourceOf(action, statement);
    if (problem) return problem;
  }
  return undefined;
}

function anyResourceOf(action: string, statement: Statement): string | undefined {
  const fact = actionFact(action);
  if (fact?.level === "required") {
    return `has resource '*' although ${action} can be limited; name the ARNs that it uses`;
  }
  if (fact?.condition && !isLimitedBy(statement, fact.condition)) {
    return `has resource '*' for ${action}; limit it by the condition ${fact.condition}`;
  }
  if (fact?.level === "none" || statement.reason !== undefined) return undefined;
  return fact
    ? `has resource '*' although a call of ${action} can name a resource; name the ARNs, or give the reason why it names none`
    : `has resource '*' for ${action}, which is unknown: AWS's service authorization reference of ${REFERENCE_DAY} does not ` +
        "have it; correct its spelling, name the ARNs that it uses, or give a reason";
}

function isLimitedBy(statement: Statement, key: string): boolean {
  return conditionsOf(statement).some((condition) => limitsKey(condition, key));
}

function plainResources(statement: Statement): string[] {
  return statement.resources.filter((resource) => typeof resource === "string");
}

function statementError(
  argument: string,
  statement: Statement,
  problem: string,
  resource?: pulumi.Resource,
): pulumi.ResourceError {
  const label = statement.sid ?? statement.actions?.join(", ");
  const message = `${argument}: the statement${label ? ` (${label})` : ""} ${problem}.`;
  return new pulumi.ResourceError(message, resource, true);
}
