import type { PolicyDocument, PolicyStatement } from "../core/policyDocument";
import { conditionsHold } from "./conditions";
import type { RequestContext } from "./context";
import { actionMatches, matches, resourcePattern } from "./match";
import { completeArn, isIncompleteArn } from "./resourceFormat";
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
  return documents.flatMap((document) =>
    [document.Statement]
      .flat()
      .filter(
        (statement) =>
          coversAction(statement, request.action) &&
          coversResource(statement, request, document.Version, options.resourceOptional) &&
          conditionsHold(statement.Condition, request.context, document.Version),
      )
      .map((statement) => ({ statement, effect: statement.Effect })),
  );
}

function coversAction(statement: PolicyStatement, action: string): boolean {
  const fits = (pattern: string): boolean => actionMatches(pattern, action);
  if (statement.Action !== undefined) return [statement.Action].flat().some(fits);
  return statement.NotAction !== undefined && ![statement.NotAction].flat().some(fits);
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
    const arn = !resourceOptional && isIncompleteArn(text) ? completeArn(text) : text;
    const parts = substituteVariables(arn, request.context, version);
    return parts !== undefined && matches(resourcePattern(parts), request.resource);
  };
  if (statement.Resource !== undefined) return [statement.Resource].flat().some(fits);
  if (statement.NotResource !== undefined) return ![statement.NotResource].flat().some(fits);
  return resourceOptional;
}
