import { newExtendedRequestId } from "../model/identifiers";
import type { WireRequest } from "../../../core/service";

/** Identity of the sender of the request; a member is null if AWS has no value for it. */
export interface IdentityVariables {
  accessKey: string | null;
  accountId: string | null;
  apiKey?: string;
  apiKeyId?: string;
  caller: string | null;
  cognitoAuthenticationProvider: null;
  cognitoAuthenticationType: null;
  cognitoIdentityId: null;
  cognitoIdentityPoolId: null;
  principalOrgId: null;
  sourceIp: string;
  user: string | null;
  userAgent: string | null;
  userArn: string | null;
}

export interface ErrorVariables {
  readonly message: string | null;
  /** The message as a JSON string. */
  readonly messageString: string;
  readonly responseType: string;
  readonly validationErrorString?: string;
}

/**
 * `$context` of mapping templates, parameter mappings and access logs.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
export interface ContextVariables {
  readonly accountId: string;
  readonly apiId: string;
  readonly awsEndpointRequestId?: string;
  deploymentId: string;
  readonly domainName: string;
  readonly domainPrefix: string;
  readonly extendedRequestId: string;
  readonly httpMethod: string;
  readonly identity: IdentityVariables;
  isCanaryRequest?: boolean;
  readonly path: string;
  readonly protocol: string;
  readonly requestId: string;
  /** `10/Oct/2000:13:55:36 +0000` */
  readonly requestTime: string;
  readonly requestTimeEpoch: number;
  resourceId?: string;
  resourcePath?: string;
  readonly stage: string;
  authorizer?: Readonly<Record<string, unknown>>;
  error?: ErrorVariables;
  integration?: { latency?: number; status?: number | string; requestId?: string; error?: string };
  integrationLatency?: number;
  integrationStatus?: number | string;
  integrationErrorMessage?: string;
  requestOverride?: object;
  responseOverride?: object;
  status?: number;
  responseLatency?: number;
  responseLength?: number;
}

/** Variables for access logs only; the request context of functions does not have them. */
export const LOG_ONLY_VARIABLES: ReadonlySet<keyof ContextVariables> = new Set([
  "error",
  "integration",
  "integrationLatency",
  "integrationStatus",
  "integrationErrorMessage",
  "requestOverride",
  "responseOverride",
  "status",
  "responseLatency",
  "responseLength",
  "awsEndpointRequestId",
] as const);

export function newContext(
  request: WireRequest,
  place: {
    accountId: string;
    apiId: string;
    stage: string;
    deploymentId: string;
    path: string;
    now: number;
    newRequestId: () => string;
  },
): ContextVariables {
  const { headers } = request;
  return {
    accountId: place.accountId,
    apiId: place.apiId,
    deploymentId: place.deploymentId,
    domainName: headers.host ?? "",
    domainPrefix: place.apiId,
    extendedRequestId: newExtendedRequestId(),
    httpMethod: request.method,
    identity: {
      accessKey: null,
      accountId: null,
      caller: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: request.sourceIp.replace(/^::ffff:/, ""),
      user: null,
      userAgent: headers["user-agent"] ?? null,
      userArn: null,
    },
    path: `/${place.stage}${place.path}`,
    protocol: "HTTP/1.1",
    // The client may set this id; only extendedRequestId is certain to be unique (same page as above).
    requestId: headers["x-amzn-requestid"] || place.newRequestId(),
    requestTime: commonLogTime(place.now),
    requestTimeEpoch: place.now,
    stage: place.stage,
  };
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

let latest = { second: Number.NaN, text: "" };

/** Returns the time of a request. Those of the same second share the text. */
function commonLogTime(now: number): string {
  const second = Math.floor(now / 1000);
  if (second !== latest.second) latest = { second, text: newLogTime(second) };
  return latest.text;
}

function newLogTime(second: number): string {
  const date = new Date(second * 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  return (
    `${two(date.getUTCDate())}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}:` +
    `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`
  );
}

/** Returns the variable at a dotted path such as `identity.sourceIp`; undefined if it does not exist. */
export function lookUp(context: object, path: string): unknown {
  let value: unknown = context;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name))
      return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value ?? undefined;
}

/** Returns the variable as text. Objects become JSON, as templates print them in logs. */
export function lookUpText(context: object, path: string): string | undefined {
  const value = lookUp(context, path);
  if (value === undefined) return undefined;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
