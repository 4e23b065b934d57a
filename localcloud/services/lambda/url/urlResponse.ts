import type { WireResponse } from "../../../core/service";
import type { ResponseStream } from "../runtime/streamInvocation";

interface ResponseFields {
  readonly statusCode?: unknown;
  readonly headers?: unknown;
  readonly cookies?: unknown;
  readonly body?: unknown;
  readonly isBase64Encoded?: unknown;
}

export const FAILED: WireResponse = {
  status: 502,
  headers: { "content-type": "application/json" },
  body: "Internal Server Error",
};

/** Content type of a streamed response that begins with its metadata, 8 NUL bytes after it. */
const METADATA_TYPE = "application/vnd.awslambda.http-integration-response";
const DELIMITER = Buffer.alloc(8);

/**
 * Converts a streamed response: its metadata define status, headers and cookies.
 * https://docs.aws.amazon.com/lambda/latest/dg/config-rs-write-functions.html
 */
export async function urlStream({
  contentType,
  pieces,
  outcome,
}: ResponseStream): Promise<WireResponse> {
  const rest = pieces[Symbol.asyncIterator]();
  if (contentType !== METADATA_TYPE)
    return {
      status: 200,
      headers: { "content-type": contentType },
      body: "",
      stream: bodyOf(rest, outcome),
    };
  let read = Buffer.alloc(0);
  while (!read.includes(DELIMITER)) {
    const next = await rest.next();
    if (next.done) return FAILED;
    read = Buffer.concat([read, next.value]);
  }
  const end = read.indexOf(DELIMITER);
  const metadata = metadataOf(read.subarray(0, end).toString("utf8"));
  if (!metadata) return FAILED;
  const begin = read.subarray(end + DELIMITER.length);
  return {
    status: metadata.status,
    headers: { "content-type": "application/octet-stream", ...metadata.headers },
    body: "",
    stream: bodyOf(rest, outcome, begin),
  };
}

/** Sends the pieces; a function that fails after the first one breaks its connection off. */
async function* bodyOf(
  rest: AsyncIterator<Buffer>,
  outcome: ResponseStream["outcome"],
  begin: Buffer = Buffer.alloc(0),
): AsyncIterable<Uint8Array> {
  if (begin.length > 0) yield begin;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  const { failure } = await outcome;
  if (failure) throw new Error(failure.errorMessage);
}

function metadataOf(text: string): Pick<WireResponse, "status" | "headers"> | undefined {
  const { statusCode = 200, headers, cookies } = (parsed(text) ?? {}) as ResponseFields;
  const status = statusOf(statusCode);
  if (status === undefined) return undefined;
  return { status, headers: { ...headersOf(headers), ...cookiesOf(cookies) } };
}

/**
 * Converts a function's result to an HTTP response. An object with a status code defines the whole response; anything
 * else becomes the body.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload
 */
export function urlResponse(payload: string): WireResponse {
  const value = parsed(payload);
  const fields = value as ResponseFields | null;
  if (typeof value !== "object" || fields?.statusCode === undefined)
    return { status: 200, headers: { "content-type": "application/json" }, body: payload };
  const status = statusOf(fields.statusCode);
  if (status === undefined) return FAILED;
  const { body } = fields;
  const text =
    typeof body === "string"
      ? body
      : body === undefined || body === null
        ? ""
        : JSON.stringify(body);
  return {
    status,
    headers: {
      "content-type": "application/json",
      ...headersOf(fields.headers),
      ...cookiesOf(fields.cookies),
    },
    body: fields.isBase64Encoded === true ? Buffer.from(text, "base64") : text,
  };
}

/** Returns undefined for a text that is no JSON, which a streaming handler may have written. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function statusOf(value: unknown): number | undefined {
  const status = Number(value);
  return Number.isInteger(status) && status >= 100 && status <= 599 ? status : undefined;
}

function headersOf(headers: unknown): Record<string, string> {
  const entries = typeof headers === "object" && headers !== null ? Object.entries(headers) : [];
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]));
}

function cookiesOf(cookies: unknown): Record<string, readonly string[]> {
  return Array.isArray(cookies) && cookies.length > 0 ? { "set-cookie": cookies.map(String) } : {};
}
