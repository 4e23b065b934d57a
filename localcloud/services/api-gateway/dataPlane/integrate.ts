import { lambdaFunctionArn, parseAwsUri } from "../model/integrationUri";
import type { GatewayAnswer, MethodExchange } from "./exchange";
import { configurationError } from "./gatewayError";
import { remapResponseHeaders } from "./headers";
import { integrationResponse } from "./integrationResponse";
import { callAwsService } from "./integrations/awsService";
import { callHttpCustom, callHttpProxy } from "./integrations/http";
import type { IntegrationResult } from "./integrations/integrationResult";
import { callLambda } from "./integrations/lambda";
import { callLambdaProxy } from "./integrations/lambdaProxy";
import { callMock } from "./integrations/mock";

/** Calls the back end and converts its response to the client's. */
export async function integrate(exchange: MethodExchange): Promise<GatewayAnswer> {
  const { integration, context, scope } = exchange;
  const startedAt = scope.clock.now();
  const measured = <Result extends { status: number }>(result: Result): Result => {
    const latency = scope.clock.now() - startedAt;
    context.integrationLatency = latency;
    context.integrationStatus ??= result.status;
    context.integration = { latency, status: result.status };
    return result;
  };
  if (integration.type === "AWS_PROXY" || integration.type === "HTTP_PROXY") {
    const call = integration.type === "AWS_PROXY" ? callLambdaProxy : callHttpProxy;
    const answer = measured(await call(exchange));
    return { ...answer, headers: remapResponseHeaders(answer.headers, integration.type) };
  }
  return integrationResponse(exchange, measured(await callBackEnd(exchange)));
}

async function callBackEnd(exchange: MethodExchange): Promise<IntegrationResult> {
  const { type, uri = "" } = exchange.integration;
  switch (type) {
    case "MOCK":
      return callMock(exchange);
    case "HTTP":
      return callHttpCustom(exchange);
    case "AWS": {
      const parsed = parseAwsUri(uri);
      return parsed && lambdaFunctionArn(parsed) !== undefined
        ? callLambda(exchange)
        : callAwsService(exchange);
    }
    default:
      throw configurationError(`Unknown integration type ${type}`);
  }
}
