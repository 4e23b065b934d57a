import * as pulumi from "@pulumi/pulumi";
import { isMissingInMocks } from "../mocks";
import { argumentError, isLater } from "../validation";
import type { Statement } from "./statement";
import { grantProblem, shapeProblem } from "./statementProblems";

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
    const problem = shapeProblem(statement) ?? grantProblem(statement, knownResources(statement));
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

/** Returns the resources that are not checked later. JavaScript may have passed anything. */
function knownResources(statement: Statement): unknown[] {
  return statement.resources.filter((resource) => !isLater(resource));
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
