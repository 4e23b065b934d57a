import { AwsError, ConnectionLost } from "../../../../core/errors";
import { servicePrincipal, type Principal } from "../../../../core/principal";
import { parseArn } from "../../../../core/arn";
import {
  hasStageVariables,
  renderStageVariables,
  splitFunctionArn,
} from "../../model/integrationUri";
import { assumeRole } from "../assumeRole";
import type { MethodExchange } from "../exchange";
import { notEmulated } from "../gatewayError";
import { TIMED_OUT, withTimeout } from "../integrationTimeout";

/** Result of an invocation. */
export type InvokeOutcome =
  | {
      readonly kind: "answered";
      readonly statusCode: number;
      readonly payload: Uint8Array;
      /** `Handled` or `Unhandled` when the function failed. */
      readonly functionError?: string;
    }
  /** Lambda or IAM refused the call; `code` is AWS's error name. */
  | { readonly kind: "refused"; readonly reason: string; readonly code: string }
  | { readonly kind: "timeout" };

interface Invocation {
  readonly functionArn: string;
  readonly payload: Uint8Array;
  /** Role to call with; if absent, the function's resource policy must allow API Gateway. */
  readonly credentials: string | undefined;
  /** `aws:SourceArn` of the permission. */
  readonly sourceArn: string;
  readonly invocationType?: string;
  readonly logType?: string;
}

/** The members of Lambda's Invoke output that are used here. */
interface InvokeOutput {
  readonly StatusCode?: number;
  readonly Payload?: Uint8Array;
  readonly FunctionError?: string;
}

/** Invokes the function within the integration's timeout. */
export async function invokeFunction(
  exchange: MethodExchange,
  invocation: Invocation,
): Promise<InvokeOutcome> {
  const { scope, integration } = exchange;
  try {
    const outcome = await withTimeout(
      scope.clock,
      integration.timeoutInMillis ?? 29_000,
      call(exchange, invocation),
    );
    if (outcome === TIMED_OUT) return { kind: "timeout" };
    return {
      kind: "answered",
      statusCode: outcome.StatusCode ?? 200,
      payload: outcome.Payload ?? new Uint8Array(),
      ...(outcome.FunctionError !== undefined && { functionError: outcome.FunctionError }),
    };
  } catch (error) {
    return refusal(error);
  }
}

async function call(exchange: MethodExchange, invocation: Invocation): Promise<InvokeOutput> {
  const { scope } = exchange;
  const { functionName, qualifier } = splitFunctionArn(invocation.functionArn);
  return scope.cloud.call<InvokeOutput>({
    service: "lambda",
    operation: "Invoke",
    input: {
      FunctionName: functionName,
      ...(qualifier !== undefined && { Qualifier: qualifier }),
      Payload: invocation.payload,
      InvocationType: invocation.invocationType ?? "RequestResponse",
      ...(invocation.logType !== undefined && { LogType: invocation.logType }),
    },
    principal: actingPrincipal(exchange, invocation.credentials, invocation.sourceArn),
    region: parseArn(functionName)?.region || scope.region,
  });
}

/** Returns the integration's role, or API Gateway itself on behalf of the method. */
export function actingPrincipal(
  { scope, stageVariables }: MethodExchange,
  credentials: string | undefined,
  sourceArn: string,
): Principal {
  if (!credentials) return servicePrincipal("apigateway.amazonaws.com", sourceArn, scope.accountId);
  const roleArn = hasStageVariables(credentials)
    ? renderStageVariables(credentials, stageVariables)
    : credentials;
  if (roleArn.includes(":user/")) throw notEmulated("integrations with the caller's credentials");
  return assumeRole(scope, roleArn).principal;
}

function refusal(error: unknown): InvokeOutcome {
  if (error instanceof ConnectionLost)
    return {
      kind: "refused",
      reason: "Network error communicating with endpoint",
      code: error.name,
    };
  if (!(error instanceof AwsError) || error.code === "NotImplemented") throw error;
  // AWS does not distinguish a function that does not exist from one without a permission.
  const hidden = ["AccessDeniedException", "AccessDenied", "ResourceNotFoundException"];
  return {
    kind: "refused",
    reason: hidden.includes(error.code)
      ? "Invalid permissions on Lambda function"
      : `Lambda invocation failed with status: ${error.status ?? 400}. ${error.message}`,
    code: error.code,
  };
}
