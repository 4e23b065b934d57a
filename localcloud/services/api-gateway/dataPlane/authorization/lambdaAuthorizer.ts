import type { Authorizer } from "@aws-sdk/client-api-gateway";
import { evaluate } from "../../../../access/evaluate";
import { lambdaFunctionArn, parseAwsUri, renderStageVariables } from "../../model/integrationUri";
import { methodArn, type MethodExchange } from "../exchange";
import { configurationError, GatewayError } from "../gatewayError";
import { invokeFunction } from "../integrations/invokeFunction";
import type { AuthorizerResult } from "./authorizerCache";
import { authorizerEvent, identityValues } from "./authorizerEvent";
import { parseAuthorizerOutput } from "./authorizerOutput";

/**
 * Calls the method's Lambda authorizer, which returns the caller's identity and permissions.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
 */
export async function runLambdaAuthorizer(
  exchange: MethodExchange,
): Promise<{ usageIdentifierKey?: string }> {
  const { api, match, log } = exchange;
  const authorizer = api.snapshot.authorizers[match.method.authorizerId ?? ""];
  if (!authorizer) throw configurationError("Invalid authorizer ID specified");
  log.info(`Starting authorizer: ${authorizer.id} for request: ${exchange.context.requestId}`);
  const identity = identityValues(authorizer, exchange);
  if (identity.some((value) => !value) || !expressionMatches(authorizer, exchange, identity))
    throw new GatewayError("UNAUTHORIZED", "Unauthorized", {
      log: "Unauthorized request: the identity source is missing or not valid",
    });
  const result = await cached(authorizer, exchange, identity.map(String));
  exchange.context.authorizer = { principalId: result.principalId, ...result.context };
  checkPolicy(exchange, result);
  log.info("Successfully completed authorizer execution");
  return { usageIdentifierKey: result.usageIdentifierKey };
}

function expressionMatches(
  { type, identityValidationExpression }: Authorizer,
  { api }: MethodExchange,
  [token]: readonly (string | undefined)[],
): boolean {
  if (type !== "TOKEN" || !identityValidationExpression) return true;
  return api.matches(identityValidationExpression, token ?? "");
}

async function cached(
  authorizer: Authorizer,
  exchange: MethodExchange,
  identity: readonly string[],
): Promise<AuthorizerResult> {
  const { scope, api, stage } = exchange;
  const { authorizerCache } = scope.store.runtime;
  const stageKey = `${api.snapshot.apiId}/${stage.stageName}`;
  const key = JSON.stringify([authorizer.id, ...identity]);
  const ttl = authorizer.authorizerResultTtlInSeconds ?? 0;
  const known = ttl > 0 ? authorizerCache.get(stageKey, key, scope.clock.now()) : undefined;
  if (known) return known;
  const result = await ask(authorizer, exchange, identity);
  if (ttl > 0) authorizerCache.set(stageKey, key, result, scope.clock.now() + ttl * 1000);
  return result;
}

async function ask(
  authorizer: Authorizer,
  exchange: MethodExchange,
  identity: readonly string[],
): Promise<AuthorizerResult> {
  const { scope, api, stageVariables, log } = exchange;
  const uri = parseAwsUri(renderStageVariables(authorizer.authorizerUri ?? "", stageVariables));
  const functionArn = uri && lambdaFunctionArn(uri);
  if (!uri || functionArn === undefined)
    throw misconfigured(`Invalid authorizer URI: ${authorizer.authorizerUri}`);
  const outcome = await invokeFunction(exchange, {
    functionArn,
    payload: Buffer.from(JSON.stringify(authorizerEvent(authorizer, exchange, identity))),
    credentials: authorizer.authorizerCredentials,
    sourceArn:
      `arn:aws:execute-api:${scope.region}:${scope.accountId}:` +
      `${api.snapshot.apiId}/authorizers/${authorizer.id}`,
  });
  if (outcome.kind === "refused") throw misconfigured(outcome.reason);
  if (outcome.kind === "timeout") throw failed("Authorizer timed out");
  const text = Buffer.from(outcome.payload).toString("utf8");
  if (outcome.functionError !== undefined) {
    if (errorMessageOf(text) === "Unauthorized")
      throw new GatewayError("UNAUTHORIZED", "Unauthorized", { log: "Unauthorized" });
    throw failed(`Authorizer error: ${text}`);
  }
  const result = parseAuthorizerOutput(text);
  if (!result) throw misconfigured("Authorizer result body is not valid");
  log.info(`Using valid authorizer policy for principal: ${result.principalId}`);
  return result;
}

function checkPolicy(exchange: MethodExchange, { policy, principalId }: AuthorizerResult): void {
  const { scope, context } = exchange;
  const decision = evaluate({
    // The caller is no principal of this account: only the policy that the authorizer returned applies.
    principal: {
      type: "user",
      accountId: scope.accountId,
      userName: principalId,
      arn: `arn:aws:iam::${scope.accountId}:user/${principalId}`,
    },
    action: "execute-api:Invoke",
    resource: methodArn(exchange, exchange.path),
    context: { "aws:SourceIp": context.identity.sourceIp },
    identityPolicies: [policy],
  });
  if (decision.result === "allowed") return;
  const explicit = decision.result === "explicitlyDenied" ? " with an explicit deny" : "";
  throw new GatewayError(
    "ACCESS_DENIED",
    `User is not authorized to access this resource${explicit}`,
    { log: "The client is not authorized to perform this operation." },
  );
}

function misconfigured(reason: string): GatewayError {
  return new GatewayError("AUTHORIZER_CONFIGURATION_ERROR", null, {
    log: `Execution failed due to configuration error: ${reason}`,
  });
}

function failed(reason: string): GatewayError {
  return new GatewayError("AUTHORIZER_FAILURE", null, { log: reason });
}

function errorMessageOf(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && "errorMessage" in value)
      return String(value.errorMessage);
  } catch {
    // An error payload that is not JSON has no message.
  }
  return undefined;
}
