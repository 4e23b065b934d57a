import { encodeError, protocolOf, type Protocol, type ServiceCodec } from "../codec";
import { AwsError } from "../core/errors";
import type { WireRequest, WireResponse } from "../core/service";

/**
 * Errors that all services share have two names: one in the query protocols, another in all others.
 * (https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html,
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html)
 */
const COMMON_NAMES: readonly (readonly [query: string, other: string])[] = [
  ["ExpiredToken", "ExpiredTokenException"],
  ["IncompleteSignature", "IncompleteSignatureException"],
  ["InvalidAction", "UnknownOperationException"],
  ["InvalidClientTokenId", "UnrecognizedClientException"],
  ["MissingAuthenticationToken", "MissingAuthenticationTokenException"],
  ["SignatureDoesNotMatch", "InvalidSignatureException"],
];

/**
 * Errors of some protocols for an unknown access key; all others report an invalid token.
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList,
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html#CommonErrors)
 */
const UNKNOWN_KEY: Partial<Record<Protocol, AwsError>> = {
  restXml: new AwsError(
    "InvalidAccessKeyId",
    "The AWS Access Key Id you provided does not exist in our records.",
    { status: 403 },
  ),
  ec2Query: new AwsError(
    "AuthFailure",
    "AWS was not able to validate the provided access credentials",
    { status: 401 },
  ),
};

/** Placeholder for a service that the cloud does not have, or that an unsigned request does not name. */
const NO_SERVICE: ServiceCodec = {
  id: "",
  signingName: "",
  operationNames: [],
  protocol: "awsJson1_1",
  namespace: "com.amazon.coral.service",
  // Namespace of faults from AWS's front ends for all query services.
  xmlNamespace: "http://webservices.amazon.com/AWSFault/2005-15-09",
  target: "",
  queryCompatible: false,
  operations: new Map(),
  errors: new Map(),
};

/** Returns an error in the request's protocol, even if its service is unknown. */
export function errorResponse(
  codec: ServiceCodec | undefined,
  request: WireRequest,
  error: AwsError,
  requestId: string,
): WireResponse {
  const protocol = codec ? protocolOf(codec, request) : guessProtocol(request);
  const named = inProtocol(error, protocol);
  const encoded = encodeError(codec ?? NO_SERVICE, protocol, named, requestId);
  const response = { ...encoded, headers: { ...encoded.headers, ...error.headers } };
  if (!codec?.queryCompatible || !namesOf(error)) return response;
  // SDKs of such a service read the query protocol's name from a separate header.
  const queryError = `${inProtocol(error, "awsQuery").code};Sender`;
  return { ...response, headers: { ...response.headers, "x-amzn-query-error": queryError } };
}

/** Returns the response to a request that matches no operation of the service. */
export function unknownOperation(protocol: Protocol, request: WireRequest): AwsError {
  if (protocol !== "awsQuery" && protocol !== "ec2Query")
    return new AwsError("UnknownOperationException", "The requested operation is not known.");
  const text = `${request.rawQuery}&${request.body.toString("utf8")}`;
  const form = new URLSearchParams(text);
  const action = form.get("Action");
  if (action === null)
    return new AwsError("MissingAction", "The request is missing an action.", { status: 400 });
  const version = form.get("Version") ?? "";
  return new AwsError("InvalidAction", `Could not find operation ${action} for version ${version}`);
}

function inProtocol(error: AwsError, protocol: Protocol): AwsError {
  const names = namesOf(error);
  if (!names) return error;
  const [query, other] = names;
  const unknownKey = other === "UnrecognizedClientException" && UNKNOWN_KEY[protocol];
  if (unknownKey) return unknownKey;
  const code = isQuery(protocol) ? query : other;
  return code === error.code ? error : new AwsError(code, error.message);
}

function namesOf({ code }: AwsError): (typeof COMMON_NAMES)[number] | undefined {
  return COMMON_NAMES.find((pair) => pair.includes(code));
}

function isQuery(protocol: Protocol): boolean {
  return protocol === "awsQuery" || protocol === "ec2Query" || protocol === "restXml";
}

/** Guesses the protocol: only requests of REST services have no marks of the other protocols. */
function guessProtocol(request: WireRequest): Protocol {
  const { headers } = request;
  const marked = headers["x-amz-target"] !== undefined || headers["smithy-protocol"] !== undefined;
  const protocol = protocolOf(NO_SERVICE, request);
  return protocol === NO_SERVICE.protocol && !marked ? "restJson" : protocol;
}
