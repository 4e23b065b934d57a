import type { Principal } from "../../../core/principal";
import type { WireRequest } from "../../../core/service";

/** The parts of a request that its event is made from. */
export interface UrlRequest {
  readonly request: WireRequest;
  readonly urlId: string;
  /** Path without the prefix that replaces AWS's separate host. */
  readonly rawPath: string;
  readonly region: string;
  readonly requestId: string;
  readonly now: Date;
  /** Principal that signed the request; absent if the URL requires no signature. */
  readonly caller?: Principal;
}

/**
 * Creates the event of a request, in payload format 2.0 of HTTP APIs.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
 */
export function urlEvent({
  request,
  urlId,
  rawPath,
  region,
  requestId,
  now,
  caller,
}: UrlRequest): object {
  const { cookie, ...headers } = request.headers;
  const query = queryOf(request);
  const isBase64Encoded = !isText(request);
  const domainPrefix = urlId;
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString: request.rawQuery,
    ...(cookie !== undefined && { cookies: cookie.split("; ") }),
    headers: {
      ...headers,
      "x-forwarded-for": request.sourceIp,
      "x-forwarded-proto": "https",
      "x-forwarded-port": "443",
    },
    ...(query && { queryStringParameters: query }),
    requestContext: {
      accountId: caller && "accountId" in caller ? caller.accountId : "anonymous",
      apiId: urlId,
      ...(caller && { authorizer: { iam: iamOf(caller) } }),
      domainName: `${domainPrefix}.lambda-url.${region}.on.aws`,
      domainPrefix,
      http: {
        method: request.method,
        path: rawPath,
        protocol: "HTTP/1.1",
        sourceIp: request.sourceIp,
        userAgent: request.headers["user-agent"] ?? null,
      },
      requestId,
      routeKey: "$default",
      stage: "$default",
      time: clf(now),
      timeEpoch: now.getTime(),
    },
    ...(request.body.length > 0 && {
      body: request.body.toString(isBase64Encoded ? "base64" : "utf8"),
    }),
    isBase64Encoded,
  };
}

/** Returns the query parameters. Several values of one parameter are joined by commas. */
function queryOf({ query }: WireRequest): Record<string, string> | undefined {
  const values: Record<string, string> = {};
  for (const [name, value] of query)
    values[name] = Object.hasOwn(values, name) ? `${values[name]},${value}` : value;
  return Object.keys(values).length > 0 ? values : undefined;
}

function isText({ headers, body }: WireRequest): boolean {
  if (body.length === 0) return true;
  return /^(text\/|application\/(json|xml|javascript|x-www-form-urlencoded)|[^;]*\+(json|xml))/.test(
    headers["content-type"] ?? "application/octet-stream",
  );
}

function iamOf(caller: Principal): object {
  if (caller.type === "service" || caller.type === "anonymous") return {};
  const accessKey = "accessKeyId" in caller ? (caller.accessKeyId ?? null) : null;
  const userId =
    caller.type === "role" ? `${caller.roleId}:${caller.sessionName}` : caller.accountId;
  return {
    accessKey,
    accountId: caller.accountId,
    callerId: userId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: caller.arn,
    userId,
  };
}

/** Formats a time such as `28/Nov/2026:12:00:00 +0000`. */
function clf(time: Date): string {
  const [, day = "", month = "", year = "", clock = ""] =
    /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(time.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${clock} +0000`;
}
