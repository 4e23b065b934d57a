import type { WireResponse } from "../../../core/service";

interface ResponseFields {
  readonly statusCode?: unknown;
  readonly headers?: unknown;
  readonly cookies?: unknown;
  readonly body?: unknown;
  readonly isBase64Encoded?: unknown;
}

const FAILED: WireResponse = {
  status: 502,
  headers: { "content-type": "application/json" },
  body: "Internal Server Error",
};

/**
 * Converts a function's result to an HTTP response. An object with a status code defines the whole response; anything
 * else becomes the body.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload
 */
export function urlResponse(payload: string): WireResponse {
  const value: unknown = JSON.parse(payload);
  const fields = value as ResponseFields | null;
  if (typeof value !== "object" || fields?.statusCode === undefined)
    return { status: 200, headers: { "content-type": "application/json" }, body: payload };
  const status = Number(fields.statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return FAILED;
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

function headersOf(headers: unknown): Record<string, string> {
  const entries = typeof headers === "object" && headers !== null ? Object.entries(headers) : [];
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]));
}

function cookiesOf(cookies: unknown): Record<string, readonly string[]> {
  return Array.isArray(cookies) && cookies.length > 0 ? { "set-cookie": cookies.map(String) } : {};
}
