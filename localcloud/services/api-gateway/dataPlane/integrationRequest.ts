import { renderTemplate, TemplateError, type Rendered, type TemplateScope } from "../../../vtl";
import type { MethodExchange } from "./exchange";
import { configurationError, GatewayError } from "./gatewayError";
import { illegalMappedHeader, setHeader, type Headers } from "./headers";
import { parameterText, sourceValue } from "./parameterMapping";
import { convertRequestBody, isBinaryType } from "./payload";
import {
  decodedPathParameters,
  jsonPath,
  lastValues,
  mediaType,
  requestParameter,
} from "./requestData";
import { noteTemplate } from "./requestTrace";
import { templateHeaders } from "./templateHeaders";

/** The request to the back end, after parameter mappings and templates. */
export interface IntegrationRequest {
  readonly header: Headers;
  readonly querystring: Record<string, string | readonly string[]>;
  /** Values for the URI, already percent-encoded. */
  readonly path: Record<string, string>;
  readonly body: Buffer;
}

type Parameters = Omit<IntegrationRequest, "body">;

/** Creates the request of a non-proxy integration: maps the parameters and applies the template to the body. */
export function integrationRequest(exchange: MethodExchange): IntegrationRequest {
  const template = requestTemplate(exchange);
  const parameters = mappedParameters(exchange);
  const { integration, request, api } = exchange;
  const isBinary =
    isBinaryType(request.headers["content-type"], api.snapshot.binaryMediaTypes) &&
    request.body.length > 0;
  const body = convertRequestBody(request.body, isBinary, integration.contentHandling);
  if (template === undefined) return { ...parameters, body };
  return render(exchange, template, parameters, body);
}

/** Returns the mapped `integration.request.*` parameters. Proxy integrations add them to the client's request. */
export function mappedParameters(exchange: MethodExchange): Parameters {
  const { integration } = exchange;
  const parameters: Parameters = { header: {}, querystring: {}, path: {} };
  for (const [target, source] of Object.entries(integration.requestParameters ?? {})) {
    const match = /^integration\.request\.(header|querystring|path)\.(.+)$/.exec(target);
    const value = sourceValue(source, exchange, (expression) => fromRequest(exchange, expression));
    if (!match || value === undefined || value === "") continue;
    const [, location, name] = match;
    if (location === "header") setHeader(parameters.header, name, value);
    else if (location === "path") parameters.path[name] = pathValue(exchange, source, value);
    else parameters.querystring[name] = value;
  }
  const illegal = illegalMappedHeader(Object.keys(parameters.header), integration.type ?? "");
  if (illegal !== undefined) throw configurationError(`${illegal} header already present`);
  return parameters;
}

/**
 * Returns a value for a URI. A value from the path stays encoded as the client sent it, so that `..%2F` does not
 * change.
 */
function pathValue({ match }: MethodExchange, source: string, value: string): string {
  const fromPath = /^method\.request\.path\.(.+)$/.exec(source);
  return fromPath ? (match.pathParameters[fromPath[1]] ?? "") : encodeURIComponent(value);
}

function fromRequest(exchange: MethodExchange, expression: string): string | undefined {
  const parameter = /^method\.request\.([a-z]+)\.(.+)$/.exec(expression);
  if (parameter && parameter[1] !== "body")
    return requestParameter(exchange, parameter[1], parameter[2]);
  const text = exchange.request.body.toString("utf8");
  if (expression === "method.request.body") return text;
  return parameterText(jsonPath(bodyAsJson(text), expression.slice("method.request.body".length)));
}

function bodyAsJson(text: string): unknown {
  // Text that does not look like JSON has no members.
  if (!/^\s*[{["']/.test(text)) return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new GatewayError("DEFAULT_4XX", "Invalid JSON in request body", { status: 400 });
  }
}

/**
 * Returns the template for the request's content type; undefined passes the body through.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-passthrough-behaviors.html
 */
function requestTemplate({ integration, request }: MethodExchange): string | undefined {
  const templates = integration.requestTemplates ?? {};
  const contentType = mediaType(request.headers["content-type"]);
  const template =
    Object.entries(templates).find(([key]) => key.toLowerCase() === contentType)?.[1] ??
    templates.$default;
  if (template !== undefined && template !== "") return template;
  const { passthroughBehavior } = integration;
  const refuses =
    passthroughBehavior === "NEVER" ||
    (passthroughBehavior === "WHEN_NO_TEMPLATES" && Object.keys(templates).length > 0);
  if (refuses && template === undefined)
    throw new GatewayError("UNSUPPORTED_MEDIA_TYPE", "Unsupported Media Type", {
      log: `No request template is configured for content type ${contentType}`,
    });
  return undefined;
}

function render(
  exchange: MethodExchange,
  template: string,
  parameters: Parameters,
  body: Buffer,
): IntegrationRequest {
  const { text, requestOverride } = renderOrFail(template, {
    body: body.toString("utf8"),
    params: new TemplateParams(exchange),
    context: exchange.context,
    stageVariables: exchange.stageVariables,
    overrides: exchange.overrides,
  });
  noteTemplate("request template", template, body, text);
  exchange.context.requestOverride = requestOverride;
  const header = { ...parameters.header };
  for (const [name, value] of Object.entries(requestOverride.header))
    setHeader(header, name, value);
  return {
    header,
    querystring: { ...parameters.querystring, ...requestOverride.querystring },
    path: { ...parameters.path, ...encodedPaths(requestOverride.path) },
    body: Buffer.from(text),
  };
}

function encodedPaths(paths: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(paths).map(([name, value]) => [
      name,
      value.split("/").map(encodeURIComponent).join("/"),
    ]),
  );
}

/** `$input.params()` of request and response templates. Each part is made when a template reads it. */
export class TemplateParams {
  private ofPath?: Record<string, string>;
  private ofQuery?: Record<string, string>;
  private ofHeaders?: Record<string, string>;

  constructor(private readonly exchange: MethodExchange) {}

  get path(): Record<string, string> {
    return (this.ofPath ??= decodedPathParameters(this.exchange));
  }

  get querystring(): Record<string, string> {
    return (this.ofQuery ??= lastValues(this.exchange.query));
  }

  get header(): Record<string, string> {
    return (this.ofHeaders ??= templateHeaders(this.exchange));
  }
}

/** Renders a template. If it fails, the API is at fault: status 500, with the reason in the execution log. */
export function renderOrFail(template: string, scope: TemplateScope): Rendered {
  try {
    return renderTemplate(template, scope);
  } catch (error) {
    throw untransformable(error);
  }
}

export function untransformable(error: unknown): unknown {
  return error instanceof TemplateError
    ? configurationError(`Unable to transform: ${error.message}`)
    : error;
}
