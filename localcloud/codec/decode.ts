import { gunzipSync } from "node:zlib";
import type { WireRequest } from "../core/service";
import { readCbor } from "./formats/cbor";
import { readJson, rpcJson } from "./formats/json";
import { malformed } from "./malformed";
import type { OperationModel, Protocol, ServiceCodec } from "./model/serviceCodec";
import { protocolOf, queryParameters } from "./protocol";
import { type QueryDialect, readQuery } from "./formats/query";
import { decodeRest } from "./rest/restRequest";
import type { Fields } from "./model/schema";

/** A decoded request. */
export interface DecodedCall {
  readonly operation: string;
  readonly input: Record<string, unknown>;
  readonly protocol: Protocol;
}

/** Maximum size of a decompressed body; larger than every request limit of the services here. */
const inflatedLimit = 64 * 1024 * 1024;

/**
 * Decodes the operation that a request calls and its input, in the SDK's shapes. Returns undefined if no operation of
 * the service matches (the caller responds with UnknownOperationException).
 *
 * Throws AwsError: SerializationException for a request that cannot be read.
 */
export function decodeRequest(codec: ServiceCodec, request: WireRequest): DecodedCall | undefined {
  const protocol = protocolOf(codec, request);
  // S3 stores compressed bodies unchanged.
  const readable = protocol === "restXml" ? request : inflated(request);
  const decoded = decoders[protocol](codec, readable);
  if (!decoded) return undefined;
  const { operation, input } = decoded;
  return { operation: operation.name, input, protocol };
}

type Decoded = { operation: OperationModel; input: Fields } | undefined;

const decoders: Readonly<Record<Protocol, (codec: ServiceCodec, request: WireRequest) => Decoded>> =
  {
    awsJson1_0: decodeRpcJson,
    awsJson1_1: decodeRpcJson,
    awsQuery: (codec, request) => decodeQuery("awsQuery", codec, request),
    ec2Query: (codec, request) => decodeQuery("ec2Query", codec, request),
    restJson: (codec, request) => decodeRest(codec, "restJson", request),
    restXml: (codec, request) => decodeRest(codec, "restXml", request),
    rpcV2Cbor: decodeCborRpc,
  };

/** Decompresses the body; SDKs compress the bodies of PutMetricData and PutLogEvents. */
function inflated(request: WireRequest): WireRequest {
  if (request.headers["content-encoding"] !== "gzip") return request;
  try {
    return { ...request, body: gunzipSync(request.body, { maxOutputLength: inflatedLimit }) };
  } catch {
    throw malformed("The body is not valid gzip.");
  }
}

function decodeRpcJson(codec: ServiceCodec, { headers, body }: WireRequest): Decoded {
  const target = headers["x-amz-target"] ?? "";
  const dot = target.lastIndexOf(".");
  if (target.slice(0, dot) !== codec.target) return undefined;
  const operation = codec.operations.get(target.slice(dot + 1));
  // Every input's schema is a structure, so the reader returns fields.
  return operation && { operation, input: readJson(rpcJson, operation.input, body) as Fields };
}

function decodeCborRpc(codec: ServiceCodec, { path, body }: WireRequest): Decoded {
  const [, service, name] = /^\/service\/([^/]+)\/operation\/([^/]+)\/?$/.exec(path) ?? [];
  const operation = service === codec.target ? codec.operations.get(name) : undefined;
  return operation && { operation, input: readCbor(operation.input, body) as Fields };
}

function decodeQuery(dialect: QueryDialect, codec: ServiceCodec, request: WireRequest): Decoded {
  const parameters = queryParameters(request);
  const action = parameters.find(([name]) => name === "Action")?.[1];
  const operation = codec.operations.get(action ?? "");
  if (!operation) return undefined;
  const input = operation.input.isUnitSchema()
    ? {}
    : readQuery(dialect, operation.input, parameters);
  return { operation, input: { ...queueOfPath(operation, request), ...input } };
}

/**
 * Returns the queue of an SQS call without QueueUrl that was sent to the queue's own URL, as API Gateway integrations
 * do (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests.html).
 */
function queueOfPath({ input }: OperationModel, { headers, path }: WireRequest): Fields {
  const takesQueue = !input.isUnitSchema() && Object.hasOwn(input.getMemberSchemas(), "QueueUrl");
  if (!takesQueue || !/^\/\d{12}\/[^/]+\/?$/.test(path)) return {};
  return { QueueUrl: `http://${headers.host ?? "localhost"}${path.replace(/\/$/, "")}` };
}
