import type { PolicyDocument, PolicyStatement } from "../core/policyDocument";
import { conditionsHold } from "./conditions";
import type { RequestContext } from "./context";
import { actionMatches, matches, resourcePattern } from "./match";
import { completeArn, isIncompleteArn } from "./resourceFormat";
import { TextCache } from "./textCache";
import { substituteVariables } from "./variables";

/** The parts of a request that statements are matched against, independent of the caller. */
export interface StatementRequest {
  readonly action: string;
  readonly resource: string;
  readonly context: RequestContext;
}

/** A statement of a policy that applies to the request. */
export interface ApplicableStatement {
  readonly statement: PolicyStatement;
  readonly effect: "Allow" | "Deny";
}

/**
 * Returns the statements whose action, resource and conditions match. The caller of this function checks principals.
 */
export function applicableStatements(
  documents: readonly PolicyDocument[],
  request: StatementRequest,
  options: { readonly resourceOptional: boolean },
): readonly ApplicableStatement[] {
  const found: ApplicableStatement[] = [];
  for (const { Statement, Version } of documents)
    for (const statement of listOf(Statement))
      if (
        coversAction(statement, request.action) &&
        coversResource(statement, request, Version, options.resourceOptional) &&
        conditionsHold(statement.Condition, request.context, Version)
      )
        found.push({ statement, effect: statement.Effect });
  return found;
}

function listOf<Value>(value: Value | Value[]): readonly Value[] {
  return Array.isArray(value) ? value : [value];
}

function coversAction(statement: PolicyStatement, action: string): boolean {
  const fits = (pattern: string): boolean => actionMatches(pattern, action);
  if (statement.Action !== undefined) return listOf(statement.Action).some(fits);
  return statement.NotAction !== undefined && !listOf(statement.NotAction).some(fits);
}

/**
 * Checks the resource. A trust policy names none: it applies to its role. Only identity policies may omit fields of
 * an ARN.
 */
function coversResource(
  statement: PolicyStatement,
  request: StatementRequest,
  version: string | undefined,
  resourceOptional: boolean,
): boolean {
  const fits = (text: string): boolean => {
    const arn = resourceOptional ? text : withAllFields(text);
    const parts = substituteVariables(arn, request.context, version);
    return parts !== undefined && matches(resourcePattern(parts), request.resource);
  };
  if (statement.Resource !== undefined) return listOf(statement.Resource).some(fits);
  if (statement.NotResource !== undefined) return !listOf(statement.NotResource).some(fits);
  return resourceOptional;
}

const complete = new TextCache<string>();

/** Returns the Resource of an identity policy with all fields of an ARN. */
function withAllFields(resource: string): string {
  return complete.get(resource, () =>
    isIncompleteArn(resource) ? completeArn(resource) : resource,
  );
}
