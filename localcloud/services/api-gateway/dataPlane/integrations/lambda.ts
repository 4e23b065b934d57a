import { methodArn, type MethodExchange } from "../exchange";
import { configurationError, endpointTimeout, GatewayError } from "../gatewayError";
import { getHeader } from "../headers";
import { integrationRequest } from "../integrationRequest";
import type { IntegrationResult } from "./integrationResult";
import { invokeFunction } from "./invokeFunction";
import { functionArnOf } from "./lambdaUri";

/**
 * Calls the function of a custom (non-proxy) Lambda integration. The payload is the output of the request template.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-custom-integrations.html
 */
export async function callLambda(exchange: MethodExchange): Promise<IntegrationResult> {
  const { integration, match, log } = exchange;
  const request = integrationRequest(exchange);
  log.trace(() => `Endpoint request body after transformations: ${request.body.toString("utf8")}`);
  const outcome = await invokeFunction(exchange, {
    functionArn: functionArnOf(exchange),
    payload: request.body.length > 0 ? request.body : Buffer.from("{}"),
    credentials: integration.credentials,
    sourceArn: methodArn(exchange, match.resource.path),
    invocationType: getHeader(request.header, "X-Amz-Invocation-Type"),
    logType: getHeader(request.header, "X-Amz-Log-Type"),
  });
  if (outcome.kind === "timeout") throw endpointTimeout();
  if (outcome.kind === "refused") {
    if (outcome.code === "InvalidRequestContentException")
      throw new GatewayError("DEFAULT_4XX", outcome.reason.replace(/^.*?status: \d+\. /, ""), {
        status: 400,
        log: outcome.reason,
      });
    throw configurationError(outcome.reason);
  }
  const body = Buffer.from(outcome.payload);
  return {
    status: outcome.statusCode,
    headers: { "Content-Type": "application/json" },
    body,
    selection: errorMessage(body) ?? "",
  };
}

/** Returns the `errorMessage` of a failed function, which selection patterns are matched against. */
function errorMessage(body: Buffer): string | undefined {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    if (typeof value === "object" && value !== null && "errorMessage" in value)
      return value.errorMessage === null ? undefined : String(value.errorMessage);
  } catch {
    // A payload that is not JSON carries no error.
  }
  return undefined;
}
