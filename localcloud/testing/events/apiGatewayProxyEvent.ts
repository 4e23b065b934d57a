import { ACCOUNT_ID, nextUuid, REGION } from "./example";

/**
 * The event that a REST API sends to a function by proxy integration (format 1.0). Source:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export interface ApiGatewayProxyEvent {
  /** The template, e.g. `/users/{id}`. */
  readonly resource: string;
  /** The path of the request, without the stage. */
  readonly path: string;
  readonly httpMethod: string;
  readonly headers: Readonly<Record<string, string>> | null;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>> | null;
  readonly queryStringParameters: Readonly<Record<string, string>> | null;
  readonly multiValueQueryStringParameters: Readonly<Record<string, readonly string[]>> | null;
  readonly pathParameters: Readonly<Record<string, string>> | null;
  readonly stageVariables: Readonly<Record<string, string>> | null;
  readonly requestContext: ApiGatewayRequestContext;
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
}

export interface ApiGatewayRequestContext {
  readonly accountId: string;
  readonly apiId: string;
  /** The authorizer's result; absent without one. */
  readonly authorizer?: Readonly<Record<string, unknown>>;
  readonly deploymentId: string;
  readonly domainName: string;
  readonly domainPrefix: string;
  readonly extendedRequestId: string;
  readonly httpMethod: string;
  readonly identity: ApiGatewayIdentity;
  /** The path of the request, with the stage. */
  readonly path: string;
  readonly protocol: string;
  readonly requestId: string;
  /** `01/Jan/2026:00:00:00 +0000` */
  readonly requestTime: string;
  readonly requestTimeEpoch: number;
  readonly resourceId: string;
  readonly resourcePath: string;
  readonly stage: string;
}

export interface ApiGatewayIdentity {
  readonly accessKey: string | null;
  readonly accountId: string | null;
  readonly apiKey?: string;
  readonly apiKeyId?: string;
  readonly caller: string | null;
  readonly cognitoAuthenticationProvider: string | null;
  readonly cognitoAuthenticationType: string | null;
  readonly cognitoIdentityId: string | null;
  readonly cognitoIdentityPoolId: string | null;
  readonly principalOrgId: string | null;
  readonly sourceIp: string;
  readonly user: string | null;
  readonly userAgent: string | null;
  readonly userArn: string | null;
}

/** Changes to the event; the matching `multiValue...` fields follow `headers` and `queryStringParameters`. */
export type ApiGatewayProxyOverrides = Partial<Omit<ApiGatewayProxyEvent, "requestContext">> & {
  readonly requestContext?: Partial<ApiGatewayRequestContext>;
};

/** Returns a `POST /` to an API without an authorizer. */
export function apiGatewayProxyEvent(
  overrides: ApiGatewayProxyOverrides = {},
): ApiGatewayProxyEvent {
  const { requestContext, ...event } = overrides;
  const path = event.path ?? "/";
  const headers = event.headers === undefined ? usualHeaders() : event.headers;
  const query = event.queryStringParameters ?? null;
  return {
    resource: path,
    path,
    httpMethod: "POST",
    headers,
    multiValueHeaders: inLists(headers),
    queryStringParameters: query,
    multiValueQueryStringParameters: inLists(query),
    pathParameters: null,
    stageVariables: null,
    body: null,
    isBase64Encoded: false,
    ...event,
    requestContext: {
      accountId: ACCOUNT_ID,
      apiId: "a1b2c3d4e5",
      deploymentId: "d1e2f3",
      domainName: DOMAIN,
      domainPrefix: "a1b2c3d4e5",
      extendedRequestId: "EXAMPLE-request=",
      httpMethod: event.httpMethod ?? "POST",
      identity: anonymous(),
      path: `/prod${path}`,
      protocol: "HTTP/1.1",
      requestId: nextUuid(),
      requestTime: "01/Jan/2026:00:00:00 +0000",
      requestTimeEpoch: Date.UTC(2026, 0, 1),
      resourceId: "r1s2t3",
      resourcePath: event.resource ?? path,
      stage: "prod",
      ...requestContext,
    },
  };
}

const DOMAIN = `a1b2c3d4e5.execute-api.${REGION}.amazonaws.com`;

function usualHeaders(): Record<string, string> {
  return {
    "content-type": "application/json",
    Host: DOMAIN,
    "User-Agent": "test",
    "X-Forwarded-For": "127.0.0.1",
    "X-Forwarded-Port": "443",
    "X-Forwarded-Proto": "https",
  };
}

function inLists(
  values: Readonly<Record<string, string>> | null,
): Record<string, readonly string[]> | null {
  if (values === null) return null;
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
}

function anonymous(): ApiGatewayIdentity {
  return {
    accessKey: null,
    accountId: null,
    caller: null,
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: null,
    cognitoIdentityId: null,
    cognitoIdentityPoolId: null,
    principalOrgId: null,
    sourceIp: "127.0.0.1",
    user: null,
    userAgent: "test",
    userArn: null,
  };
}
