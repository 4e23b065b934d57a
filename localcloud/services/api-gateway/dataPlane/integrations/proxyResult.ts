/** The result of a function of a proxy integration. */
export interface ProxyResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

const MEMBERS = ["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"];

/**
 * Parses the result. Returns undefined if it is malformed: not an object, an unknown member, or a header that is not
 * a string.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format
 */
export function parseProxyResult(text: string): ProxyResult | undefined {
  const value = parseRecord(text);
  if (!value || Object.keys(value).some((name) => !MEMBERS.includes(name))) return undefined;
  const statusCode = statusOf(value.statusCode ?? 200);
  const headers = headerMap(value.headers ?? {}, headerText);
  const multiValueHeaders = headerMap(value.multiValueHeaders ?? {}, headerTexts);
  const body = value.body ?? "";
  if (statusCode === undefined || !headers || !multiValueHeaders || typeof body !== "string")
    return undefined;
  return {
    statusCode,
    headers,
    multiValueHeaders,
    body,
    isBase64Encoded: value.isBase64Encoded === true || value.isBase64Encoded === "true",
  };
}

function statusOf(value: unknown): number | undefined {
  const status = typeof value === "string" ? Number(value) : value;
  return typeof status === "number" && Number.isInteger(status) && status >= 100 && status <= 599
    ? status
    : undefined;
}

function headerMap<Value>(
  value: unknown,
  parse: (value: unknown) => Value | undefined,
): Record<string, Value> | undefined {
  if (!isRecord(value)) return undefined;
  const headers: Record<string, Value> = {};
  for (const [name, raw] of Object.entries(value)) {
    const parsed = parse(raw);
    if (parsed === undefined) return undefined;
    headers[name] = parsed;
  }
  return headers;
}

/**
 * Returns a header's value. Strings and booleans are allowed; numbers, lists and objects make the whole result
 * malformed.
 */
function headerText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "boolean" ? String(value) : undefined;
}

function headerTexts(value: unknown): string[] | undefined {
  const texts = [value].flat().map(headerText);
  return texts.every((text) => text !== undefined) ? texts : undefined;
}

function parseRecord(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
