import { Overrides } from "../../../vtl";
import { methodSettings } from "./stageSettings";
import { admit } from "./admission";
import { authorizeRequest } from "./authorization/authorize";
import type { Exchange, GatewayAnswer, MethodExchange } from "./exchange";
import { gatewayAnswer } from "./gatewayResponse";
import { forbidden, GatewayError } from "./gatewayError";
import { integrate } from "./integrate";
import { step } from "./requestTrace";
import { validateRequest } from "./validation";

/** "Payload size: 10 MB", of requests and of responses. https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const MAX_PAYLOAD_BYTES = 10 * 1024 * 1024;

/** Serves the request. Never rejects: a failure becomes a gateway response. */
export async function serve(exchange: Exchange): Promise<GatewayAnswer> {
  let known: MethodExchange | undefined;
  try {
    known = findMethod(exchange);
    return await run(known);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    if (error.details.log !== undefined) exchange.log.error(error.details.log);
    return gatewayAnswer(known ?? exchange, error);
  }
}

async function run(exchange: MethodExchange): Promise<GatewayAnswer> {
  const { log, context, match, request } = exchange;
  log.info(`Extended Request Id: ${context.extendedRequestId}`);
  const { usageIdentifierKey } = await step(exchange, "authorize", () =>
    authorizeRequest(exchange),
  );
  admit(exchange, usageIdentifierKey);
  log.info(`Starting execution for request: ${context.requestId}`);
  log.info(`HTTP Method: ${request.method}, Resource Path: ${match.resource.path}`);
  log.trace(() => `Method request headers: ${JSON.stringify(request.headers)}`);
  log.trace(() => `Method request body before transformations: ${request.body.toString("utf8")}`);
  await step(exchange, "validate", () => validateRequest(exchange));
  const answer = await integrate(exchange);
  if (answer.body.length > MAX_PAYLOAD_BYTES)
    throw new GatewayError("DEFAULT_5XX", "Internal server error", {
      status: 500,
      log: "Execution failed due to configuration error: Integration response payload too large",
    });
  log.info("Successfully completed execution");
  return answer;
}

function findMethod(exchange: Exchange): MethodExchange {
  const { api, request, path, stage, context, log } = exchange;
  if (api.snapshot.disableExecuteApiEndpoint) throw forbidden();
  if (request.body.length > MAX_PAYLOAD_BYTES)
    throw new GatewayError("REQUEST_TOO_LARGE", "Request Too Long");
  const match = api.router.find(request.method, path);
  if (!match?.method.methodIntegration)
    throw new GatewayError("MISSING_AUTHENTICATION_TOKEN", "Missing Authentication Token");
  context.resourceId = match.resource.id;
  context.resourcePath = match.resource.path;
  const settings = methodSettings(stage, match.resource.path, request.method);
  log.enable(settings.loggingLevel, settings.dataTraceEnabled ?? false);
  const overrides = new Overrides();
  // The spread is last, because V8 adds members to a copy slowly: each would cost more than the whole copy.
  return { match, integration: match.method.methodIntegration, settings, overrides, ...exchange };
}
