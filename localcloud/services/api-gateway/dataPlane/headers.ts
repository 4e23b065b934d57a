/** Header values by name, spelled as they are sent. */
export type Headers = Record<string, string | readonly string[]>;

/**
 * Headers that are never forwarded:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-data-transformations.html#restrictions-and-known-issues
 */
const DROPPED_FROM_REQUEST = new Set([
  "connection",
  "content-length",
  "content-md5",
  "expect",
  "keep-alive",
  "max-forwards",
  "proxy-authenticate",
  "server",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "www-authenticate",
]);

/** Returns the client's headers that are forwarded to a proxy integration. */
export function forwardedHeaders(headers: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(headers).filter(([name]) => !DROPPED_FROM_REQUEST.has(name));
}

const REMAPPED_ALWAYS = new Set(["connection", "content-length", "date", "server"]);
const REMAPPED_FROM_HTTP_PROXY = new Set([...REMAPPED_ALWAYS, "x-amzn-requestid"]);
const REMAPPED_FROM_CUSTOM = new Set([
  ...REMAPPED_ALWAYS,
  "authorization",
  "content-md5",
  "expect",
  "host",
  "max-forwards",
  "proxy-authenticate",
  "trailer",
  "upgrade",
  "user-agent",
  "www-authenticate",
]);
const DROPPED_ALWAYS = new Set(["transfer-encoding"]);
const DROPPED_FROM_HTTP_PROXY = new Set([
  "transfer-encoding",
  "content-encoding",
  "via",
  "keep-alive",
]);

/**
 * Renames headers that API Gateway sets itself to `x-amzn-Remapped-<name>`, and drops headers that must not be
 * forwarded.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export function remapResponseHeaders(headers: Readonly<Headers>, integrationType: string): Headers {
  const dropped = integrationType === "HTTP_PROXY" ? DROPPED_FROM_HTTP_PROXY : DROPPED_ALWAYS;
  const renamed = remappedFrom(integrationType);
  const remapped: [string, Headers[string]][] = [];
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    if (dropped.has(lower)) continue;
    remapped.push([renamed.has(lower) ? `x-amzn-Remapped-${name}` : name, value]);
  }
  return Object.fromEntries(remapped);
}

function remappedFrom(integrationType: string): ReadonlySet<string> {
  if (integrationType === "HTTP_PROXY") return REMAPPED_FROM_HTTP_PROXY;
  const isCustom = integrationType === "HTTP" || integrationType === "AWS";
  return isCustom ? REMAPPED_FROM_CUSTOM : REMAPPED_ALWAYS;
}

/** Headers that parameter mappings must not set; AWS fails the request if they do. */
const ILLEGAL_MAPPED = new Set([
  "content-length",
  "transfer-encoding",
  "x-amzn-trace-id",
  "x-amzn-apigateway-api-id",
]);
const ILLEGAL_MAPPED_AWS = new Set([
  ...ILLEGAL_MAPPED,
  "authorization",
  "connection",
  "expect",
  "proxy-authenticate",
  "te",
]);

/** Returns the name of a mapped header that the integration type forbids. */
export function illegalMappedHeader(
  names: readonly string[],
  integrationType: string,
): string | undefined {
  const illegal = integrationType.startsWith("AWS") ? ILLEGAL_MAPPED_AWS : ILLEGAL_MAPPED;
  return names.find((name) => illegal.has(name.toLowerCase()));
}

/** Sets a header; replaces one of the same name in any case. */
export function setHeader(headers: Headers, name: string, value: string | readonly string[]): void {
  for (const existing of Object.keys(headers))
    if (existing.toLowerCase() === name.toLowerCase()) delete headers[existing];
  headers[name] = value;
}

export function getHeader(headers: Headers, name: string): string | undefined {
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name.toLowerCase());
  const value = found?.[1];
  return typeof value === "string" || value === undefined ? value : value.join(",");
}

const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

const UNSENDABLE = /[^\t\x20-\x7e\x80-\xff]/g;

/** Returns the headers that can be sent: mapped values may have line breaks or characters that HTTP cannot have. */
export function sendableHeaders(headers: Readonly<Headers>): [string, Headers[string]][] {
  const sendable: [string, Headers[string]][] = [];
  for (const [name, value] of Object.entries(headers))
    if (HEADER_NAME.test(name))
      sendable.push([name, typeof value === "string" ? clean(value) : value.map(clean)]);
  return sendable;
}

function clean(value: string): string {
  return value.replace(UNSENDABLE, "");
}
