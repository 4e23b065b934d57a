import type { IntegrationResponse } from "@aws-sdk/client-api-gateway";
import type { GatewayAnswer, MethodExchange } from "./exchange";
import { configurationError } from "./gatewayError";
import { getHeader, remapResponseHeaders, setHeader, type Headers } from "./headers";
import type { ResponseOverride } from "../../../vtl";
import { renderOrFail, TemplateParams, untransformable } from "./integrationRequest";
import type { IntegrationResult } from "./integrations/integrationResult";
import { parameterText, sourceValue } from "./parameterMapping";
import { convertResponseBody, isBinaryType } from "./payload";
import { jsonPath } from "./requestData";
import { noteTemplate } from "./requestTrace";
import { templateForAccept } from "./responseTemplate";

/**
 * Creates the client's response from the back end's: picks the integration response whose pattern matches, and
 * applies its parameters and template.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-integration-settings-integration-response.html
 */
export function integrationResponse(
  exchange: MethodExchange,
  result: IntegrationResult,
): GatewayAnswer {
  const response = select(exchange, result.selection);
  const statusCode = response.statusCode ?? "200";
  if (!exchange.match.method.methodResponses?.[statusCode])
    throw configurationError(`Output mapping refers to an invalid method response: ${statusCode}`);
  const headers = mappedHeaders(exchange, response, result);
  const body = converted(exchange, response, result);
  const chosen = templateForAccept(
    response.responseTemplates ?? {},
    exchange.request.headers.accept,
  );
  if (getHeader(headers, "content-type") === undefined)
    headers["Content-Type"] = chosen?.contentType ?? "application/json";
  // An empty template passes the body through, like no template.
  const sent = chosen?.template ? rendered(exchange, chosen.template, body) : body;
  // The request's template may also have set overrides.
  const override = responseOverride(exchange);
  exchange.context.responseOverride = override;
  for (const [name, value] of Object.entries(override.header)) setHeader(headers, name, value);
  return { status: override.status ?? Number(statusCode), headers, body: sent };
}

function rendered(exchange: MethodExchange, template: string, body: Buffer): Buffer {
  const { text } = renderOrFail(template, {
    body: body.toString("utf8"),
    params: new TemplateParams(exchange),
    context: exchange.context,
    stageVariables: exchange.stageVariables,
    overrides: exchange.overrides,
  });
  noteTemplate("response template", template, body, text);
  return Buffer.from(text);
}

function responseOverride({ overrides }: MethodExchange): ResponseOverride {
  try {
    return overrides.response;
  } catch (error) {
    throw untransformable(error);
  }
}

function select({ api, integration, log }: MethodExchange, selection: string): IntegrationResponse {
  const responses = Object.values(integration.integrationResponses ?? {});
  const fitting = responses.filter(
    ({ selectionPattern }) => selectionPattern && api.matches(selectionPattern, selection),
  );
  if (fitting.length > 1)
    log.info(
      `Multiple integration responses match '${selection}'. Choosing ${fitting[0].statusCode} (first).`,
    );
  const chosen = fitting[0] ?? responses.find(({ selectionPattern }) => !selectionPattern);
  if (!chosen)
    throw configurationError(
      "No match for output mapping and no default output mapping configured. " +
        `Endpoint Response Status Code: ${selection}`,
    );
  return chosen;
}

function mappedHeaders(
  exchange: MethodExchange,
  response: IntegrationResponse,
  result: IntegrationResult,
): Headers {
  const headers: Headers = {};
  for (const [target, source] of Object.entries(response.responseParameters ?? {})) {
    const name = target.replace("method.response.header.", "");
    const value = sourceValue(source, exchange, (expression) => fromResult(result, expression));
    if (value !== undefined) setHeader(headers, name, value);
  }
  return remapResponseHeaders(headers, exchange.integration.type ?? "");
}

function fromResult(result: IntegrationResult, expression: string): string | undefined {
  const header = /^integration\.response\.(?:multivalue)?header\.(.+)$/.exec(expression);
  if (header) return getHeader(result.headers, header[1]);
  const text = result.body.toString("utf8");
  if (expression === "integration.response.body") return text;
  try {
    const path = expression.slice("integration.response.body".length);
    return parameterText(jsonPath(JSON.parse(text) as unknown, path));
  } catch {
    // A body that is not JSON has no members.
    return undefined;
  }
}

function converted(
  { api, request }: MethodExchange,
  { contentHandling }: IntegrationResponse,
  result: IntegrationResult,
): Buffer {
  const { binaryMediaTypes } = api.snapshot;
  if (binaryMediaTypes.length === 0 && contentHandling === undefined) return result.body;
  const accepted = request.headers.accept?.split(",", 1)[0];
  return convertResponseBody(
    result.body,
    {
      binary: isBinaryType(getHeader(result.headers, "content-type"), binaryMediaTypes),
      accepted: isBinaryType(accepted, binaryMediaTypes),
    },
    contentHandling,
  );
}
