import type { WireRequest } from "../../core/service";
import { readHeader, readPrefixHeaders } from "../formats/headers";
import { readJson, restJson } from "../formats/json";
import { decodeForm, decodeUtf8 } from "../malformed";
import type { OperationModel, RestProtocol, ServiceCodec } from "../model/serviceCodec";
import { matchRoute, pathSegments, type RequestLine, type Route } from "../model/route";
import { readText } from "../formats/scalars";
import { type Fields, membersOf, type Schema } from "../model/schema";
import { readXml } from "../formats/xml";
import { parseXml } from "../formats/xmlReader";

/** Decodes the operation of a REST request, by method, path and query, and its input. */
export function decodeRest(
  codec: ServiceCodec,
  protocol: RestProtocol,
  request: WireRequest,
): { operation: OperationModel; input: Fields } | undefined {
  const line: RequestLine = {
    method: request.method,
    segments: pathSegments(request.path),
    query: decodeForm(request.rawQuery),
  };
  const hit = findRoute(codec, line);
  if (!hit) return undefined;
  const { operation, route, labels } = hit;
  if (operation.input.isUnitSchema()) return { operation, input: {} };
  const input = { ...readBody(protocol, operation.input, request.body) };
  for (const [name, member] of membersOf(operation.input)) {
    const value = readBound(member, labels.get(name), line, route, request);
    if (value !== undefined) input[name] = value;
  }
  return { operation, input };
}

function findRoute(
  codec: ServiceCodec,
  line: RequestLine,
): { operation: OperationModel; route: Route; labels: ReadonlyMap<string, string> } | undefined {
  let best: ReturnType<typeof findRoute>;
  let bestScore = -1;
  for (const operation of codec.operations.values()) {
    const { route } = operation;
    const match = route && matchRoute(route, line);
    if (!match || match.score <= bestScore) continue;
    best = { operation, route, labels: match.labels };
    bestScore = match.score;
  }
  return best;
}

/** Reads a member that is bound to the request line or a header; undefined for members in the body. */
function readBound(
  member: Schema,
  label: string | undefined,
  { query }: RequestLine,
  route: Route,
  { headers }: WireRequest,
): unknown {
  const { httpLabel, httpQuery, httpQueryParams, httpHeader, httpPrefixHeaders } =
    member.getMergedTraits();
  if (httpLabel) return label === undefined ? undefined : readText(member, label);
  if (httpQuery) return readQueryValues(member, valuesOf(query, httpQuery));
  if (httpQueryParams) return readQueryMap(member, query, route);
  if (httpHeader) {
    const header = headers[httpHeader.toLowerCase()];
    return header === undefined ? undefined : readHeader(member, header);
  }
  if (httpPrefixHeaders === undefined) return undefined;
  const map = readPrefixHeaders(headers, httpPrefixHeaders);
  return Object.keys(map).length > 0 ? map : undefined;
}

function readQueryValues(member: Schema, values: readonly string[]): unknown {
  if (values.length === 0) return undefined;
  if (!member.isListSchema()) return readText(member, values[0]);
  const item = member.getValueSchema();
  return values.map((value) => readText(item, value));
}

/** Reads all query parameters that are bound neither to the route nor to another member. */
function readQueryMap(member: Schema, query: RequestLine["query"], route: Route): unknown {
  const lists = member.getValueSchema().isListSchema();
  const names = new Set(query.map(([name]) => name));
  const free = [...names].filter(
    (name) => !route.query.has(name) && !route.boundQuery.includes(name),
  );
  if (free.length === 0) return undefined;
  return Object.fromEntries(
    free.map((name) => {
      const values = valuesOf(query, name);
      return [name, lists ? values : values[0]];
    }),
  );
}

function valuesOf(query: RequestLine["query"], name: string): string[] {
  return query.filter(([key]) => key === name).map(([, value]) => value);
}

function readBody(protocol: RestProtocol, schema: Schema, body: Buffer): Fields {
  const [name, payload] =
    [...membersOf(schema)].find(([, member]) => member.getMergedTraits().httpPayload) ?? [];
  if (payload && name)
    return body.length === 0 ? {} : { [name]: readPayload(protocol, payload, body) };
  const unbound = [...membersOf(schema)].filter(([, member]) => inBody(member));
  if (unbound.length === 0 || body.length === 0) return {};
  const fields = readDocument(protocol, schema, body);
  return Object.fromEntries(
    unbound.filter(([key]) => Object.hasOwn(fields, key)).map(([key]) => [key, fields[key]]),
  );
}

function readDocument(protocol: RestProtocol, schema: Schema, body: Buffer): Fields {
  const value =
    protocol === "restJson"
      ? readJson(restJson, schema, body)
      : readXml(schema, [parseXml(decodeUtf8(body))]);
  return value as Fields;
}

function readPayload(protocol: RestProtocol, payload: Schema, body: Buffer): unknown {
  if (payload.isBlobSchema()) return new Uint8Array(body);
  if (payload.isStringSchema()) return decodeUtf8(body);
  return protocol === "restJson"
    ? readJson(restJson, payload, body)
    : readXml(payload, [parseXml(decodeUtf8(body))]);
}

/** Checks whether a member is part of the body's document; the other traits do not matter in a request. */
function inBody(member: Schema): boolean {
  const traits = member.getMergedTraits();
  return !(
    traits.httpLabel ||
    traits.httpQuery ||
    traits.httpQueryParams ||
    traits.httpHeader ||
    traits.httpPrefixHeaders !== undefined ||
    traits.httpPayload
  );
}
