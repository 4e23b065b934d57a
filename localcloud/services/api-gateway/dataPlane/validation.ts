import { ModelError } from "../model/models";
import type { MethodExchange } from "./exchange";
import { configurationError, GatewayError } from "./gatewayError";
import { mediaType, requestParameter } from "./requestData";
import { describeSchemaError } from "./schemaErrors";

/**
 * Checks that required parameters are present and that the body matches its model. Request validators never check the
 * format of a parameter.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
export function validateRequest(exchange: MethodExchange): void {
  const { api, match } = exchange;
  const validator = api.snapshot.requestValidators[match.method.requestValidatorId ?? ""];
  if (validator?.validateRequestParameters) validateParameters(exchange);
  if (validator?.validateRequestBody) validateBody(exchange);
}

function validateParameters(exchange: MethodExchange): void {
  const missing = Object.entries(exchange.match.method.requestParameters ?? {})
    .filter(([, required]) => required)
    .map(([parameter]) => parameter.replace("method.request.", ""))
    .filter((parameter) => {
      const [location] = parameter.split(".", 1);
      return !requestParameter(exchange, location, parameter.slice(location.length + 1));
    })
    .map((parameter) => parameter.slice(parameter.indexOf(".") + 1))
    .sort();
  if (missing.length === 0) return;
  const text = `Missing required request parameters: [${missing.join(", ")}]`;
  throw new GatewayError("BAD_REQUEST_PARAMETERS", text, {
    validationError: text,
    log: `Request parameters validation failed: ${text}`,
  });
}

function validateBody(exchange: MethodExchange): void {
  const { api, match, request } = exchange;
  const models = match.method.requestModels ?? {};
  // A body whose content type has no model is not validated. Only passthroughBehavior NEVER rejects it.
  const model = models[mediaType(request.headers["content-type"])] ?? models.$default;
  if (model === undefined) return;
  const text = request.body.toString("utf8");
  const body = parseJson(text.trim() === "" ? "{}" : text);
  if (!body) throw invalidBody("Invalid JSON");
  try {
    const errors = api.models.errors(model, body.value);
    if (errors.length > 0) throw invalidBody(errors.map(describeSchemaError).join(", "));
  } catch (error) {
    if (error instanceof ModelError) throw configurationError(error.message);
    throw error;
  }
}

function invalidBody(problems: string): GatewayError {
  const validationError = `[${problems}]`;
  return new GatewayError("BAD_REQUEST_BODY", "Invalid request body", {
    validationError,
    log: `Request body does not match model schema for content type application/json: ${validationError}`,
  });
}

function parseJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
