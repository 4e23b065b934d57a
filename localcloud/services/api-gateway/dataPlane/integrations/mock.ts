import type { MethodExchange } from "../exchange";
import { configurationError } from "../gatewayError";
import { integrationRequest } from "../integrationRequest";
import type { IntegrationResult } from "./integrationResult";

/**
 * Chooses the response by the request template's `statusCode`; a mock integration has no back end.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html
 */
export function callMock(exchange: MethodExchange): IntegrationResult {
  const { body } = integrationRequest(exchange);
  const status = statusCode(body.toString("utf8"));
  if (status === undefined)
    throw configurationError(
      "Unable to parse statusCode. It should be an integer, as defined in the mapping template",
    );
  return { status, headers: {}, body: Buffer.alloc(0), selection: String(status) };
}

/** Parses the status code. Like API Gateway's parser it allows unquoted member names: `{statusCode: 200}`. */
function statusCode(text: string): number | undefined {
  const match = /^\s*\{(?:[^]*?[,\s])?\s*["']?statusCode["']?\s*:\s*["']?(\d{3})["']?\s*[,}]/.exec(
    text,
  );
  return match ? Number(match[1]) : undefined;
}
