import { randomText } from "../../../../core/randomPool";
import { cause } from "../../../../core/trace";
import { LOG_ONLY_VARIABLES, type ContextVariables } from "../contextVariables";
import type { MethodExchange } from "../exchange";
import { forwardedHeaders } from "../headers";
import { isBinaryType } from "../payload";
import { lastValues } from "../requestData";

/** The event of a Lambda proxy integration, format version 1.0. */
export interface ProxyEvent {
  readonly resource: string;
  readonly path: string;
  readonly httpMethod: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
  readonly queryStringParameters: Readonly<Record<string, string>> | null;
  readonly multiValueQueryStringParameters: Readonly<Record<string, readonly string[]>> | null;
  readonly pathParameters: Readonly<Record<string, string>> | null;
  readonly stageVariables: Readonly<Record<string, string>> | null;
  readonly requestContext: object;
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
}

/**
 * Creates the event. Path and path parameters stay encoded as the client sent them; query parameters are decoded.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function proxyEvent(exchange: MethodExchange): ProxyEvent {
  const { request, match, path, query, stageVariables, api } = exchange;
  const headers = eventHeaders(exchange);
  const isBinary =
    request.body.length > 0 &&
    isBinaryType(request.headers["content-type"], api.snapshot.binaryMediaTypes);
  return {
    resource: match.resource.path,
    path,
    httpMethod: request.method,
    headers,
    multiValueHeaders: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, [value]]),
    ),
    queryStringParameters: orNull(lastValues(query)),
    multiValueQueryStringParameters: orNull(query),
    pathParameters: orNull({ ...match.pathParameters }),
    stageVariables: orNull({ ...stageVariables }),
    requestContext: requestContext(exchange),
    body: request.body.length === 0 ? null : request.body.toString(isBinary ? "base64" : "utf8"),
    isBase64Encoded: isBinary,
  };
}

/** Returns the client's headers with those that API Gateway adds. */
export function eventHeaders(exchange: MethodExchange): Record<string, string> {
  const { headers, sourceIp: address } = exchange.request;
  const sent: [string, string][] = [];
  for (const [name, value] of forwardedHeaders(headers)) sent.push([displayName(name), value]);
  const forwardedFor = headers["x-forwarded-for"];
  const sourceIp = address.replace(/^::ffff:/, "");
  const traceId = headers["x-amzn-trace-id"] ?? newTraceId(exchange.scope.clock.now());
  sent.push(["X-Amzn-Trace-Id", traceId]);
  sent.push(["X-Forwarded-For", forwardedFor ? `${forwardedFor}, ${sourceIp}` : sourceIp]);
  sent.push(["X-Forwarded-Port", "443"], ["X-Forwarded-Proto", "https"]);
  return Object.fromEntries(sent);
}

const CAPITALIZED = new Map(
  [
    "Authorization",
    "Host",
    "User-Agent",
    "X-Amzn-Trace-Id",
    "X-Forwarded-For",
    "X-Forwarded-Port",
    "X-Forwarded-Proto",
  ].map((name) => [name.toLowerCase(), name]),
);

/**
 * Returns a header's name as API Gateway spells it: lower case as over HTTP/2, except for a few capitalized names.
 */
export function displayName(lowerCaseName: string): string {
  return CAPITALIZED.get(lowerCaseName) ?? lowerCaseName;
}

/** Returns an X-Ray header `Root=1-<time>-<random>`: that of the request's trace, or a new one. */
export function newTraceId(now: number): string {
  const by = cause();
  if (by) return `Root=${by.trace.id}`;
  const seconds = Math.floor(now / 1000).toString(16);
  return `Root=1-${seconds}-${randomText(12, "hex")}`;
}

function requestContext({ context }: MethodExchange): object {
  const shown: Partial<Record<keyof ContextVariables, unknown>> = {};
  for (const name of Object.keys(context) as (keyof ContextVariables)[])
    if (!LOG_ONLY_VARIABLES.has(name)) shown[name] = context[name];
  return shown;
}

function orNull<Value extends object>(value: Value): Value | null {
  return Object.keys(value).length > 0 ? value : null;
}
