import type { GatewayResponse } from "@aws-sdk/client-api-gateway";
import { effectiveGatewayResponse, type ResponseType } from "../model/gatewayResponses";
import { lookUp } from "./contextVariables";
import type { Exchange, GatewayAnswer, MethodExchange } from "./exchange";
import type { GatewayError } from "./gatewayError";
import { sourceValue } from "./parameterMapping";
import { requestParameter } from "./requestData";
import { templateForAccept } from "./responseTemplate";

/** `x-amzn-ErrorType` of each type. */
const ERROR_TYPES: Readonly<Record<ResponseType, string>> = {
  ACCESS_DENIED: "AccessDeniedException",
  API_CONFIGURATION_ERROR: "InternalServerErrorException",
  AUTHORIZER_CONFIGURATION_ERROR: "AuthorizerConfigurationException",
  AUTHORIZER_FAILURE: "AuthorizerConfigurationException",
  BAD_REQUEST_BODY: "BadRequestException",
  BAD_REQUEST_PARAMETERS: "BadRequestException",
  DEFAULT_4XX: "BadRequestException",
  DEFAULT_5XX: "InternalServerErrorException",
  EXPIRED_TOKEN: "ExpiredTokenException",
  INTEGRATION_FAILURE: "InternalServerErrorException",
  INTEGRATION_TIMEOUT: "InternalServerErrorException",
  INVALID_API_KEY: "ForbiddenException",
  INVALID_SIGNATURE: "InvalidSignatureException",
  MISSING_AUTHENTICATION_TOKEN: "MissingAuthenticationTokenException",
  QUOTA_EXCEEDED: "LimitExceededException",
  REQUEST_TOO_LARGE: "RequestTooLargeException",
  RESOURCE_NOT_FOUND: "NotFoundException",
  THROTTLED: "TooManyRequestsException",
  UNAUTHORIZED: "UnauthorizedException",
  UNSUPPORTED_MEDIA_TYPE: "BadRequestException",
  WAF_FILTERED: "ForbiddenException",
};

type AnyExchange = Exchange & Partial<Pick<MethodExchange, "match">>;

/**
 * Creates a response of API Gateway itself. Its templates support only variables, not VTL.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
 */
export function gatewayAnswer(exchange: AnyExchange, error: GatewayError): GatewayAnswer {
  const { gatewayResponses } = exchange.api.snapshot;
  const response = effectiveGatewayResponse(error.type, gatewayResponses);
  setErrorVariables(exchange, error);
  const { contentType, template } = templateForAccept(
    response.responseTemplates ?? {},
    exchange.request.headers.accept,
  ) ?? { contentType: "application/json", template: "" };
  const customized = isCustomized(error.type, gatewayResponses);
  const text =
    error.type === "ACCESS_DENIED" && !customized
      ? // Only this default response spells the member with a capital letter.
        JSON.stringify({ Message: error.text })
      : renderVariables(template, exchange);
  return {
    status: Number(statusOf(response, error)),
    headers: {
      "x-amzn-ErrorType": error.details.errorType ?? ERROR_TYPES[error.type],
      "Content-Type": contentType,
      ...mappedHeaders(response, exchange),
    },
    body: Buffer.from(text),
  };
}

function setErrorVariables(exchange: AnyExchange, error: GatewayError): void {
  exchange.context.error = {
    message: error.text,
    messageString: JSON.stringify(error.text),
    responseType: error.type,
    ...(error.details.validationError !== undefined && {
      // Escaped, because the text quotes names and templates put the variable between quotes.
      validationErrorString: JSON.stringify(error.details.validationError).slice(1, -1),
    }),
  };
}

function isCustomized(
  type: ResponseType,
  customized: Readonly<Record<string, GatewayResponse>>,
): boolean {
  return type in customized || "DEFAULT_4XX" in customized;
}

/**
 * Returns the status. Some failures have another status than their type's default, unless that status is customized.
 */
function statusOf(response: GatewayResponse, error: GatewayError): string | number {
  const { status } = error.details;
  const standard = effectiveGatewayResponse(error.type, {}).statusCode;
  if (status !== undefined && (response.statusCode ?? standard) === standard) return status;
  return response.statusCode ?? status ?? 500;
}

function mappedHeaders(response: GatewayResponse, exchange: AnyExchange): Record<string, string> {
  return Object.fromEntries(
    Object.entries(response.responseParameters ?? {}).flatMap(([target, source]) => {
      const value = sourceValue(source, exchange, (expression) => {
        const match = /^method\.request\.(\w+)\.(.+)$/.exec(expression);
        return match ? requestParameter(exchange, match[1], match[2]) : undefined;
      });
      return value === undefined ? [] : [[target.replace("gatewayresponse.header.", ""), value]];
    }),
  );
}

const NAME =
  "(context|stageVariables|method\\.request\\.(?:header|querystring|path))" +
  "\\.([A-Za-z0-9_.-]*[A-Za-z0-9_])";
const VARIABLE = new RegExp(`\\$\\{${NAME}\\}|\\$${NAME}`, "g");

function renderVariables(template: string, exchange: AnyExchange): string {
  return template.replace(VARIABLE, (_whole, ...groups: string[]) => {
    const [kind, name] = groups[0] === undefined ? groups.slice(2) : groups;
    if (kind === "stageVariables") return exchange.stageVariables[name] ?? "";
    if (kind !== "context")
      return requestParameter(exchange, kind.slice("method.request.".length), name) ?? "";
    const value = lookUp(exchange.context, name);
    if (value === undefined) return "";
    return typeof value === "object" ? JSON.stringify(value) : String(value);
  });
}
