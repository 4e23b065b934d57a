import { renderStageVariables } from "../../model/integrationUri";
import type { GatewayAnswer, MethodExchange } from "../exchange";
import { configurationError } from "../gatewayError";
import { forwardedHeaders, getHeader, setHeader, type Headers } from "../headers";
import { integrationRequest, mappedParameters } from "../integrationRequest";
import { callHttp } from "./httpEndpoint";
import type { IntegrationResult } from "./integrationResult";
import { displayName, eventHeaders } from "./proxyEvent";
import { queryString, renderPath } from "./renderUri";

const WITHOUT_BODY = ["GET", "HEAD", "OPTIONS"];

/** The client's headers that a proxied endpoint does not get. */
const NOT_OF_ENDPOINT = new Set(["host", "content-encoding", "via"]);

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/setup-http-integrations.html */
export async function callHttpCustom(exchange: MethodExchange): Promise<IntegrationResult> {
  const request = integrationRequest(exchange);
  const method = methodOf(exchange);
  const headers: Headers = { ...gatewayHeaders(exchange), Accept: "application/json" };
  const contentType = exchange.request.headers["content-type"];
  if (contentType !== undefined && !WITHOUT_BODY.includes(method))
    headers["Content-Type"] = contentType;
  headers["User-Agent"] = `AmazonAPIGateway_${exchange.api.snapshot.apiId}`;
  for (const [name, value] of Object.entries(request.header)) setHeader(headers, name, value);
  const reply = await callHttp(exchange, {
    method,
    ...endpoint(exchange, request.path, request.querystring),
    headers,
    body: WITHOUT_BODY.includes(method) ? Buffer.alloc(0) : request.body,
  });
  return { ...reply, selection: String(reply.status) };
}

/** Forwards the whole request and adds mapped parameters to it. */
export async function callHttpProxy(exchange: MethodExchange): Promise<GatewayAnswer> {
  const { request, query } = exchange;
  const mapped = mappedParameters(exchange);
  const method = methodOf(exchange);
  const headers: Headers = {};
  for (const [name, value] of forwardedHeaders(request.headers))
    if (!NOT_OF_ENDPOINT.has(name)) headers[displayName(name)] = value;
  for (const [name, value] of Object.entries(gatewayHeaders(exchange)))
    setHeader(headers, name, value);
  for (const [name, value] of Object.entries(mapped.header)) setHeader(headers, name, value);
  return callHttp(exchange, {
    method,
    ...endpoint(exchange, mapped.path, mergeQuery(query, mapped.querystring)),
    headers,
    body: request.body,
  });
}

function methodOf({ integration, request }: MethodExchange): string {
  const { httpMethod } = integration;
  return httpMethod === undefined || httpMethod === "ANY" ? request.method : httpMethod;
}

/** Returns the endpoint. Its host comes only from the integration; no value of the client can change it. */
function endpoint(
  { integration, stageVariables }: MethodExchange,
  pathParameters: Readonly<Record<string, string>>,
  query: Readonly<Record<string, string | readonly string[]>>,
): { origin: string; path: string } {
  const uri = renderStageVariables(integration.uri ?? "", stageVariables);
  const match = /^(https?:\/\/[^/?#{}\s]+)([^?#]*)(\?[^#]*)?/i.exec(uri);
  if (!match) throw configurationError("Invalid endpoint address");
  const [, origin, path, fixedQuery = ""] = match;
  const rendered = renderPath(path, pathParameters);
  const fixed = renderPath(fixedQuery.slice(1), pathParameters);
  const parameters = [fixed, queryString(query)].filter((part) => part !== "");
  const target = rendered.startsWith("/") ? rendered : `/${rendered}`;
  return { origin, path: target + (parameters.length > 0 ? `?${parameters.join("&")}` : "") };
}

function gatewayHeaders(exchange: MethodExchange): Headers {
  const event = eventHeaders(exchange);
  return {
    "X-Amzn-Trace-Id": event["X-Amzn-Trace-Id"],
    "x-amzn-apigateway-api-id": exchange.api.snapshot.apiId,
    "X-Forwarded-For": event["X-Forwarded-For"],
    ...(getHeader(event, "x-forwarded-proto") && {
      "X-Forwarded-Proto": event["X-Forwarded-Proto"],
      "X-Forwarded-Port": event["X-Forwarded-Port"],
    }),
  };
}

function mergeQuery(
  sent: Readonly<Record<string, readonly string[]>>,
  mapped: Readonly<Record<string, string | readonly string[]>>,
): Record<string, readonly string[]> {
  const merged: Record<string, readonly string[]> = { ...sent };
  for (const [name, value] of Object.entries(mapped))
    merged[name] = [...(merged[name] ?? []), ...[value].flat()];
  return merged;
}
