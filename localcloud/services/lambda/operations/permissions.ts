import { randomUUID } from "node:crypto";
import type {
  AddPermissionRequest,
  AddPermissionResponse,
  GetPolicyRequest,
  GetPolicyResponse,
  RemovePermissionRequest,
} from "@aws-sdk/client-lambda";
import { checkPattern } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import type {
  PolicyCondition,
  PolicyDocument,
  PolicyStatement,
} from "../../../core/policyDocument";
import type { Operation } from "../../../core/service";
import { onFunction } from "../model/access";
import {
  conflict,
  functionNotFound,
  invalidParameter,
  notFound,
  preconditionFailed,
} from "../model/errors";
import { functionArn } from "../model/functionReference";
import type { LambdaFunction } from "../model/model";
import { findFunction, publishedVersion, type LambdaContext } from "../model/resolve";
import type { LambdaStore } from "../store";

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_POLICY_BYTES = 20_480;

export const addPermission: Operation<LambdaStore, AddPermissionRequest, AddPermissionResponse> = {
  access: onFunction("AddPermission"),
  run(input, context) {
    checkPattern(input.StatementId, "statementId", /^([a-zA-Z0-9-_]{1,100})$/);
    checkPattern(input.Action, "action", /^(lambda:[*]|lambda:[a-zA-Z]+|[*])$/);
    checkPattern(input.SourceAccount, "sourceAccount", /^\d{12}$/);
    const { target, qualifier, holder } = findHolder(input, context);
    checkPolicyRevision(holder, input.RevisionId);
    const statements = target.policies.get(qualifier ?? "")?.statements ?? [];
    if (statements.some(({ Sid }) => Sid === input.StatementId))
      throw conflict(
        `The statement id (${input.StatementId}) provided already exists. Please provide a new ` +
          "statement id, or remove the existing statement.",
      );
    const statement = statementOf(input, functionArn(context, target.name, qualifier));
    const changed = [...statements, statement];
    const size = Buffer.byteLength(JSON.stringify(documentOf(changed)));
    if (size > MAX_POLICY_BYTES)
      throw new AwsError(
        "PolicyLengthExceededException",
        `The final policy size (${size}) is bigger than the limit (${MAX_POLICY_BYTES}).`,
        { status: 400, fields: { Type: "User" } },
      );
    target.policies.set(qualifier ?? "", { statements: changed });
    holder.revisionId = randomUUID();
    return { Statement: JSON.stringify(statement) };
  },
};

export const removePermission: Operation<LambdaStore, RemovePermissionRequest, object> = {
  access: onFunction("RemovePermission"),
  run(input, context) {
    const { target, qualifier, holder } = findHolder(input, context);
    const policy = target.policies.get(qualifier ?? "");
    if (!policy) throw notFound("No policy is associated with the given resource.");
    const kept = policy.statements.filter(({ Sid }) => Sid !== input.StatementId);
    if (kept.length === policy.statements.length)
      throw notFound(`Statement ${input.StatementId} is not found in resource policy.`);
    checkPolicyRevision(holder, input.RevisionId);
    if (kept.length > 0) policy.statements = kept;
    else target.policies.delete(qualifier ?? "");
    holder.revisionId = randomUUID();
    return {};
  },
};

export const getPolicy: Operation<LambdaStore, GetPolicyRequest, GetPolicyResponse> = {
  access: onFunction("GetPolicy"),
  run(input, context) {
    const { target, qualifier, holder } = findHolder(input, context);
    const policy = target.policies.get(qualifier ?? "");
    if (!policy) throw notFound("The resource you requested does not exist.");
    return { Policy: JSON.stringify(documentOf(policy.statements)), RevisionId: holder.revisionId };
  },
};

/**
 * Returns the resource policy of exactly this qualifier. Versions and aliases do not inherit the function's policy.
 */
export function resourcePolicy(
  target: LambdaFunction | undefined,
  qualifier: string | undefined,
): PolicyDocument | undefined {
  const policy = target?.policies.get(qualifier ?? "");
  return policy && documentOf(policy.statements);
}

function documentOf(statements: PolicyStatement[]): PolicyDocument {
  return { Version: "2012-10-17", Id: "default", Statement: statements };
}

/** Finds the function, version or alias that has the policy. Its revision changes with the policy. */
function findHolder(
  input: { FunctionName?: string; Qualifier?: string },
  context: LambdaContext,
): { target: LambdaFunction; qualifier?: string; holder: { revisionId: string } } {
  const { target, qualifier } = findFunction(input, context);
  if (qualifier === undefined) return { target, holder: target.latest };
  if (qualifier === "$LATEST")
    throw invalidParameter("We currently do not support adding policies for $LATEST.");
  const holder = target.aliases.get(qualifier) ?? publishedVersion(target, qualifier);
  const arn = functionArn(context, target.name, qualifier);
  if (!holder)
    throw /^\d+$/.test(qualifier)
      ? functionNotFound(arn)
      : notFound(`Cannot find alias arn: ${arn}`);
  return { target, qualifier, holder };
}

function checkPolicyRevision(holder: { revisionId: string }, revisionId: string | undefined): void {
  if (revisionId === undefined || revisionId === holder.revisionId) return;
  throw preconditionFailed(
    "The Revision Id provided does not match the latest Revision Id. " +
      "Call the GetPolicy API to retrieve the latest Revision Id",
  );
}

function statementOf(input: AddPermissionRequest, resource: string): PolicyStatement {
  const condition = conditionOf(input);
  return {
    Sid: input.StatementId,
    Effect: "Allow",
    Principal: principalOf(input.Principal ?? ""),
    Action: input.Action,
    Resource: resource,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}

function principalOf(principal: string): PolicyStatement["Principal"] {
  if (principal === "*") return "*";
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  if (/^arn:aws:(iam|sts)::\d{12}:.+$/.test(principal)) return { AWS: principal };
  if (/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(principal)) return { Service: principal };
  throw invalidParameter(
    "The provided principal was invalid. Please check the principal and try again.",
  );
}

function conditionOf(input: AddPermissionRequest): PolicyCondition {
  const equals = {
    ...(input.SourceAccount && { "AWS:SourceAccount": input.SourceAccount }),
    ...(input.EventSourceToken && { "lambda:EventSourceToken": input.EventSourceToken }),
    ...(input.FunctionUrlAuthType && { "lambda:FunctionUrlAuthType": input.FunctionUrlAuthType }),
    ...(input.PrincipalOrgID && { "aws:PrincipalOrgID": input.PrincipalOrgID }),
  };
  return {
    ...(Object.keys(equals).length > 0 && { StringEquals: equals }),
    ...(input.SourceArn && { ArnLike: { "AWS:SourceArn": input.SourceArn } }),
    ...(input.InvokedViaFunctionUrl !== undefined && {
      Bool: { "lambda:InvokedViaFunctionUrl": String(input.InvokedViaFunctionUrl) },
    }),
  };
}
