import { decode } from "./router";
import type { MethodExchange } from "./exchange";

const NO_VALUES: readonly string[] = [];

/**
 * Parses the query into parameters with all their values. A semicolon separates parameters, like an ampersand.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export function parseQuery(rawQuery: string): Record<string, string[]> {
  const query: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  if (rawQuery === "") return query;
  for (const [name, value] of new URLSearchParams(rawQuery.replace(/;/g, "&")))
    (query[name] ??= []).push(value);
  return query;
}

/** Returns the last value of each parameter, which single-valued views show. */
export function lastValues(
  values: Readonly<Record<string, readonly string[]>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, all]) => [name, all[all.length - 1] ?? ""]),
  );
}

/** Returns the value of `method.request.{header|querystring|path|multivalue...}.{name}`; undefined if not sent. */
export function requestParameter(
  exchange: Pick<MethodExchange, "request" | "query"> & Partial<Pick<MethodExchange, "match">>,
  location: string,
  name: string,
): string | undefined {
  switch (location) {
    case "header":
    case "multivalueheader":
      return exchange.request.headers[name.toLowerCase()];
    case "querystring":
      return (exchange.query[name] ?? NO_VALUES).at(-1);
    case "multivaluequerystring":
      return exchange.query[name]?.join(",");
    case "path": {
      const raw = exchange.match?.pathParameters[name];
      return raw === undefined ? undefined : decode(raw);
    }
    default:
      return undefined;
  }
}

/** Returns the decoded path variables, as templates and parameter mappings see them. */
export function decodedPathParameters(exchange: MethodExchange): Record<string, string> {
  return Object.fromEntries(
    Object.entries(exchange.match.pathParameters).map(([name, raw]) => [name, decode(raw)]),
  );
}

/** Returns the media type without its parameters. API Gateway assumes JSON if it is absent. */
export function mediaType(contentType: string | undefined): string {
  return contentType?.split(";", 1)[0].trim().toLowerCase() || "application/json";
}

/** Evaluates a JSON path of parameter mappings, e.g. `a.b[0].c`. Returns undefined if no value is there. */
export function jsonPath(value: unknown, path: string): unknown {
  let current = value;
  for (const [, name, index, quoted] of path.matchAll(/\.?([^.[\]]+)|\[(\d+)\]|\['([^']*)'\]/g)) {
    const key = name ?? index ?? quoted;
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, key))
      return undefined;
    current = (current as Record<string, unknown>)[key];
  }
  return current;
}
