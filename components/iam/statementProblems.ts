import { REFERENCE_DAY } from "./actionReferenceData";
import { actionFact } from "./resourceLevel";
import type { Statement } from "./statement";
import { isVisibleText } from "./visibleText";
import { type Condition, isNarrowing, isWholeKind, limitsKey } from "./wholeKind";

const KEYS = ["sid", "effect", "actions", "resources", "conditions", "reason"];

/** Returns what is missing, unknown or malformed in a statement, as the end of a sentence; undefined if nothing is. */
export function shapeProblem(statement: Statement): string | undefined {
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

/** Returns what a statement grants too much of, as the end of a sentence; a Deny never does. */
export function grantProblem(statement: Statement, resources: unknown[]): string | undefined {
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

function resourceProblem(statement: Statement, resource: unknown): string | undefined {
  if (typeof resource !== "string") {
    const given = resource === null ? "null" : typeof resource;
    return `has a resource that is not a text (${given}); use the arn output of the resource`;
  }
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

function isNarrowed(statement: Statement): boolean {
  return conditionsOf(statement).some(isNarrowing);
}

function isLimitedBy(statement: Statement, key: string): boolean {
  return conditionsOf(statement).some((condition) => limitsKey(condition, key));
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
