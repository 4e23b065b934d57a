import type { GatewayResponse, GatewayResponseType } from "@aws-sdk/client-api-gateway";

export type ResponseType = GatewayResponseType;

/**
 * API Gateway's own responses, with their default status.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
const DEFAULT_STATUS: Readonly<Record<ResponseType, string | undefined>> = {
  ACCESS_DENIED: "403",
  API_CONFIGURATION_ERROR: "500",
  AUTHORIZER_CONFIGURATION_ERROR: "500",
  AUTHORIZER_FAILURE: "500",
  BAD_REQUEST_BODY: "400",
  BAD_REQUEST_PARAMETERS: "400",
  DEFAULT_4XX: undefined,
  DEFAULT_5XX: undefined,
  EXPIRED_TOKEN: "403",
  INTEGRATION_FAILURE: "504",
  INTEGRATION_TIMEOUT: "504",
  INVALID_API_KEY: "403",
  INVALID_SIGNATURE: "403",
  MISSING_AUTHENTICATION_TOKEN: "403",
  QUOTA_EXCEEDED: "429",
  REQUEST_TOO_LARGE: "413",
  RESOURCE_NOT_FOUND: "404",
  THROTTLED: "429",
  UNAUTHORIZED: "401",
  UNSUPPORTED_MEDIA_TYPE: "415",
  WAF_FILTERED: "403",
};

export const GATEWAY_RESPONSE_TYPES: readonly ResponseType[] = Object.keys(
  DEFAULT_STATUS,
) as ResponseType[];

const DEFAULT_TEMPLATE = '{"message":$context.error.messageString}';

export function newGatewayResponse(
  type: ResponseType,
  given: Pick<GatewayResponse, "statusCode" | "responseParameters" | "responseTemplates"> & {
    defaultResponse: boolean;
  },
): GatewayResponse {
  const statusCode = given.statusCode ?? DEFAULT_STATUS[type];
  const templates = given.responseTemplates ?? {};
  return {
    responseType: type,
    ...(statusCode !== undefined && { statusCode }),
    responseParameters: { ...given.responseParameters },
    responseTemplates:
      Object.keys(templates).length > 0
        ? { ...templates }
        : { "application/json": DEFAULT_TEMPLATE },
    defaultResponse: given.defaultResponse,
  };
}

/**
 * Returns the customized response of the type, else the customized DEFAULT_4XX or DEFAULT_5XX, else AWS's default.
 */
export function effectiveGatewayResponse(
  type: ResponseType,
  customized: Readonly<Record<string, GatewayResponse>>,
): GatewayResponse {
  const own = customized[type];
  if (own) return own;
  const status = DEFAULT_STATUS[type];
  const family =
    status === undefined
      ? undefined
      : customized[status.startsWith("5") ? "DEFAULT_5XX" : "DEFAULT_4XX"];
  return newGatewayResponse(type, { ...family, defaultResponse: true });
}
