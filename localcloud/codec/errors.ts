import type { AwsError } from "../core/errors";
import type { WireResponse } from "../core/service";
import { cborFields, writePlainCbor } from "./formats/cbor";
import { headerSafe } from "./formats/headers";
import { restJson, rpcJson } from "./formats/json";
import type { ErrorModel, Protocol, ServiceCodec } from "./model/serviceCodec";
import { boundHeaders } from "./rest/restResponse";
import { type Fields, membersOf } from "./model/schema";
import { writeValue } from "./formats/values";
import { escapeXml, writeXmlMembers } from "./formats/xml";

/**
 * Returns the response with an error, in the format of its protocol. `protocol` undefined: the protocol of the
 * service's SDK client.
 */
export function encodeError(
  codec: ServiceCodec,
  protocol: Protocol | undefined,
  error: AwsError,
  requestId: string,
): WireResponse {
  const sentAs = protocol ?? codec.protocol;
  const model = codec.errors.get(error.code);
  const status =
    error.status ??
    (model ? modelledStatus(codec, sentAs, model) : commonStatus(sentAs, error.code));
  const report: Report = { codec, protocol: sentAs, error, model, status, requestId };
  const { headers, body } = encoders[sentAs](report);
  return { status, headers: { "x-amzn-requestid": requestId, ...headers }, body };
}

interface Report {
  readonly codec: ServiceCodec;
  readonly protocol: Protocol;
  readonly error: AwsError;
  readonly model: ErrorModel | undefined;
  readonly status: number;
  readonly requestId: string;
}

type Encoded = Pick<WireResponse, "headers" | "body">;

const encoders: Readonly<Record<Protocol, (report: Report) => Encoded>> = {
  awsJson1_0: (report) => rpcJsonError(report, "1.0"),
  awsJson1_1: (report) => rpcJsonError(report, "1.1"),
  awsQuery: queryError,
  ec2Query: ec2Error,
  restJson: restJsonError,
  restXml: (report) => ({
    ...(report.codec.id === "S3" ? s3Error(report) : queryError(report)),
    headers: { "content-type": "application/xml", "x-amz-request-id": report.requestId },
  }),
  rpcV2Cbor: cborError,
};

const denials: ReadonlySet<string> = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "ExpiredToken",
  "ExpiredTokenException",
  "IncompleteSignature",
  "IncompleteSignatureException",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "MissingAuthenticationToken",
  "MissingAuthenticationTokenException",
  "NotAuthorized",
  "OptInRequired",
  "SignatureDoesNotMatch",
  "UnauthorizedOperation",
  "UnrecognizedClientException",
]);

/**
 * Returns the status of a modelled error. JSON RPC services use 400 and 500 whatever their models say
 * (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteDelivery.html); those that formerly
 * used awsQuery keep its statuses
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html).
 */
function modelledStatus(codec: ServiceCodec, protocol: Protocol, model: ErrorModel): number {
  if (!isJsonRpc(protocol) || codec.queryCompatible) return model.status;
  return model.fault === "server" ? 500 : 400;
}

/**
 * Returns the status of errors that all services share and no schema lists
 * (https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html); JSON RPC uses 400 for all client errors.
 */
function commonStatus(protocol: Protocol, code: string): number {
  if (/^(InternalFailure|InternalError|InternalServerError)(Exception)?$/.test(code)) return 500;
  if (/^(ServiceUnavailable(Exception)?|Unavailable|RequestLimitExceeded)$/.test(code)) return 503;
  if (protocol === "awsJson1_0" || protocol === "awsJson1_1" || protocol === "rpcV2Cbor")
    return 400;
  if (denials.has(code)) return 403;
  if (code === "UnknownOperationException") return 404;
  const rest = protocol === "restJson" || protocol === "restXml";
  return rest && /^(Throttling(Exception)?|TooManyRequestsException)$/.test(code) ? 429 : 400;
}

function isJsonRpc(protocol: Protocol): boolean {
  return protocol === "awsJson1_0" || protocol === "awsJson1_1" || protocol === "rpcV2Cbor";
}

function rpcJsonError(report: Report, version: "1.0" | "1.1"): Encoded {
  const { codec, error, model } = report;
  const name = model?.name ?? error.code;
  const fields = errorFields(report, (fields) =>
    model ? written(rpcJson, model, fields) : fields,
  );
  // Services with JSON version 1.0 qualify the names of their errors, those with 1.1 do not.
  const type = version === "1.0" && model ? `${codec.namespace}#${name}` : name;
  return {
    headers: {
      "content-type": `application/x-amz-json-${version}`,
      "x-amzn-errortype": headerSafe(name),
      ...queryErrorHeader(report),
    },
    body: JSON.stringify({ __type: type, ...fields }),
  };
}

function restJsonError(report: Report): Encoded {
  const { error, model } = report;
  const fields = errorFields(report, (fields) =>
    model ? written(restJson, model, fields) : fields,
  );
  const bound = model
    ? [...membersOf(model.schema)].filter(([, m]) => m.getMergedTraits().httpHeader)
    : [];
  for (const [name] of bound) delete fields[name];
  return {
    headers: {
      "content-type": "application/json",
      "x-amzn-errortype": headerSafe(model?.name ?? error.code),
      ...boundHeaders(bound, error.fields),
    },
    body: JSON.stringify(fields),
  };
}

function cborError(report: Report): Encoded {
  const { codec, error, model } = report;
  const fields = errorFields(report, (fields) =>
    model ? cborFields(model.schema, fields) : fields,
  );
  const type = model ? `${codec.namespace}#${model.name}` : error.code;
  return {
    headers: {
      "content-type": "application/cbor",
      "smithy-protocol": "rpc-v2-cbor",
      ...queryErrorHeader(report),
    },
    body: writePlainCbor({ __type: type, ...fields }),
  };
}

function queryError({ codec, error, model, status, requestId }: Report): Encoded {
  const details = model ? writeXmlMembers(model.schema, withoutMessage(error.fields)).content : "";
  return {
    headers: { "content-type": "text/xml" },
    body:
      `<ErrorResponse xmlns="${codec.xmlNamespace}"><Error><Type>${fault(status)}</Type>` +
      `<Code>${escapeXml(model?.queryCode ?? error.code)}</Code>` +
      `<Message>${escapeXml(error.message)}</Message>${details}</Error>` +
      `<RequestId>${requestId}</RequestId></ErrorResponse>`,
  };
}

/**
 * Returns an error of S3, which has no wrapper element.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
function s3Error({ error, requestId }: Report): Omit<Encoded, "headers"> {
  const details = Object.entries(withoutMessage(error.fields)).map(
    ([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`,
  );
  return {
    body:
      `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${escapeXml(error.code)}</Code>` +
      `<Message>${escapeXml(error.message)}</Message>${details.join("")}` +
      `<RequestId>${requestId}</RequestId></Error>`,
  };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
function ec2Error({ error, requestId }: Report): Encoded {
  return {
    headers: { "content-type": "text/xml;charset=UTF-8" },
    body:
      `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error>` +
      `<Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>` +
      `</Error></Errors><RequestID>${requestId}</RequestID></Response>`,
  };
}

/** Returns the header with the query protocol's code, e.g. `AWS.SimpleQueueService.NonExistentQueue;Sender`. */
function queryErrorHeader({ codec, error, model, status }: Report): Record<string, string> {
  if (!codec.queryCompatible) return {};
  const code = model?.queryCode ?? error.code;
  return { "x-amzn-query-error": headerSafe(`${code};${fault(status)}`) };
}

function fault(status: number): "Sender" | "Receiver" {
  return status >= 500 ? "Receiver" : "Sender";
}

/** Returns the error's members, with its message under the name in the model. */
function errorFields(
  { error, model }: Report,
  write: (fields: Fields) => Fields,
): Record<string, unknown> {
  const members = model ? [...membersOf(model.schema)].map(([name]) => name) : [];
  const messageName = members.find((name) => name.toLowerCase() === "message");
  const defaults = members.includes("Type") ? { Type: faultType(model) } : {};
  const fields = { ...defaults, ...withoutMessage(error.fields) };
  if (messageName) return write({ ...fields, [messageName]: error.message });
  return { ...write(fields), message: error.message };
}

/** Returns who caused an error of Lambda (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html). */
function faultType(model: ErrorModel | undefined): "User" | "Service" {
  return model?.fault === "server" ? "Service" : "User";
}

function withoutMessage(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(([name]) => name.toLowerCase() !== "message"),
  );
}

function written(format: typeof rpcJson, model: ErrorModel, fields: Fields): Fields {
  return writeValue(format, model.schema, fields) as Fields;
}
