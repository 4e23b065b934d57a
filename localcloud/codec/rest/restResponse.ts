import type { WireResponse } from "../../core/service";
import { writeHeader } from "../formats/headers";
import { restJson, writeJson } from "../formats/json";
import type { OperationModel, RestProtocol, ServiceCodec } from "../model/serviceCodec";
import { writeEvents } from "../formats/eventStream";
import { type Fields, isEventStream, membersOf, type Schema } from "../model/schema";
import { writeXml, writeXmlMembers } from "../formats/xml";

/** Returns the response to a REST call, with members in status, headers and body as the schema binds them. */
export function encodeRest(
  codec: ServiceCodec,
  protocol: RestProtocol,
  { output: schema, route }: OperationModel,
  output: object,
): WireResponse {
  const fields = output as Fields;
  const members = schema.isUnitSchema() ? [] : [...membersOf(schema)];
  const headers = boundHeaders(members, fields);
  const [payloadName, payload] = members.find(([, m]) => m.getMergedTraits().httpPayload) ?? [];
  const status = boundStatus(members, fields) ?? route?.status ?? 200;
  if (payload && payloadName && isEventStream(payload))
    return { status, ...encodeEvents(protocol, payload, fields[payloadName], headers) };
  let body: string | Uint8Array = "";
  if (payload && payloadName) body = writePayload(protocol, payload, fields[payloadName]);
  else if (members.some(([, member]) => inBody(member)))
    body = writeBody(codec, protocol, schema, fields);
  if (body.length > 0) headers["content-type"] ??= contentType(protocol);
  return { status, headers, body };
}

function encodeEvents(
  protocol: RestProtocol,
  stream: Schema,
  events: unknown,
  headers: Record<string, string>,
): Omit<WireResponse, "status"> {
  return {
    headers: { ...headers, "content-type": "application/vnd.amazon.eventstream" },
    body: "",
    stream: writeEvents(stream, events as AsyncIterable<Fields>, (schema, value) =>
      writePayload(protocol, schema, value),
    ),
  };
}

/** Returns the JSON of a structure's unbound members. */
export function restJsonBody(schema: Schema, fields: Fields): string {
  const unbound = [...membersOf(schema)].filter(([, member]) => inBody(member));
  return writeJson(
    restJson,
    schema,
    Object.fromEntries(unbound.map(([name]) => [name, fields[name]])),
  );
}

/** Returns the headers of members that are bound to headers. */
export function boundHeaders(
  members: Iterable<[name: string, member: Schema]>,
  fields: Fields,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, member] of members) {
    const value = fields[name];
    if (value === undefined || value === null) continue;
    const { httpHeader, httpPrefixHeaders } = member.getMergedTraits();
    if (httpHeader) headers[httpHeader.toLowerCase()] = writeHeader(member, value);
    else if (httpPrefixHeaders !== undefined)
      for (const [key, entry] of Object.entries(value))
        headers[`${httpPrefixHeaders}${key}`.toLowerCase()] = String(entry);
  }
  return headers;
}

export function contentType(protocol: RestProtocol): string {
  return protocol === "restJson" ? "application/json" : "application/xml";
}

function writePayload(
  protocol: RestProtocol,
  payload: Schema,
  value: unknown,
): string | Uint8Array {
  if (value === undefined || value === null) return "";
  if (payload.isBlobSchema()) return Buffer.from(value as Uint8Array);
  if (payload.isStringSchema()) return String(value);
  if (protocol === "restJson") return writeJson(restJson, payload, value);
  return writeXml(payload, value, payload.getMergedTraits().xmlName ?? payload.getName() ?? "");
}

function writeBody(
  { xmlNamespace }: ServiceCodec,
  protocol: RestProtocol,
  schema: Schema,
  fields: Fields,
): string {
  if (protocol === "restJson") return restJsonBody(schema, fields);
  const name = schema.getMergedTraits().xmlName ?? schema.getName() ?? "";
  const { attributes, content } = writeXmlMembers(schema, fields, inBody);
  const namespace = attributes || (xmlNamespace && ` xmlns="${xmlNamespace}"`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name}${namespace}>${content}</${name}>`;
}

function boundStatus(
  members: Iterable<[name: string, member: Schema]>,
  fields: Fields,
): number | undefined {
  for (const [name, member] of members)
    if (member.getMergedTraits().httpResponseCode && typeof fields[name] === "number")
      return fields[name];
  return undefined;
}

/** Checks whether a member is part of the body's document; labels and queries do not matter in a response. */
function inBody(member: Schema): boolean {
  const traits = member.getMergedTraits();
  return !(
    traits.httpHeader ||
    traits.httpPrefixHeaders !== undefined ||
    traits.httpPayload ||
    traits.httpResponseCode
  );
}
