import { notImplemented } from "../core/errors";
import type { WireResponse } from "../core/service";
import { writeCbor } from "./cbor";
import { rpcJson, writeJson } from "./json";
import { type OperationModel, operationOf, type Protocol, type ServiceCodec } from "./model";
import { type QueryDialect, writeQueryResult } from "./query";
import { encodeRest } from "./restResponse";
import { isEventStream, membersOf } from "./schema";

/**
 * Returns the response with an operation's output, which has the SDK's shape; members that the schema lacks are
 * omitted. Throws NotImplemented for operations whose response is an event stream.
 */
export function encodeResult(
  codec: ServiceCodec,
  call: { readonly operation: string; readonly protocol: Protocol },
  output: object,
  requestId: string,
): WireResponse {
  const operation = operationOf(codec, call.operation);
  if ([...membersOf(operation.output)].some(([, member]) => isEventStream(member)))
    throw notImplemented(codec.signingName, `${operation.name} (event stream)`);
  const { status, headers, body } = encoders[call.protocol](codec, operation, output, requestId);
  return { status, headers: { "x-amzn-requestid": requestId, ...headers }, body };
}

type Encoder = (
  codec: ServiceCodec,
  operation: OperationModel,
  output: object,
  requestId: string,
) => WireResponse;

const encoders: Readonly<Record<Protocol, Encoder>> = {
  awsJson1_0: (_codec, operation, output) => encodeRpcJson("1.0", operation, output),
  awsJson1_1: (_codec, operation, output) => encodeRpcJson("1.1", operation, output),
  awsQuery: encodeQuery("awsQuery"),
  ec2Query: encodeQuery("ec2Query"),
  restJson: (codec, operation, output) => encodeRest(codec, "restJson", operation, output),
  restXml: (codec, operation, output, requestId) => {
    const response = encodeRest(codec, "restXml", operation, output);
    return { ...response, headers: { "x-amz-request-id": requestId, ...response.headers } };
  },
  rpcV2Cbor: encodeCborRpc,
};

function encodeRpcJson(version: string, operation: OperationModel, output: object): WireResponse {
  return {
    status: 200,
    headers: { "content-type": `application/x-amz-json-${version}` },
    body: writeJson(rpcJson, operation.output, output),
  };
}

function encodeCborRpc(
  _codec: ServiceCodec,
  operation: OperationModel,
  output: object,
): WireResponse {
  const headers = { "smithy-protocol": "rpc-v2-cbor" };
  if (operation.output.isUnitSchema()) return { status: 200, headers, body: "" };
  return {
    status: 200,
    headers: { ...headers, "content-type": "application/cbor" },
    body: writeCbor(operation.output, output),
  };
}

function encodeQuery(dialect: QueryDialect): Encoder {
  return ({ xmlNamespace }, { name, output: schema }, output, requestId) => ({
    status: 200,
    headers: { "content-type": dialect === "ec2Query" ? "text/xml;charset=UTF-8" : "text/xml" },
    body: writeQueryResult(
      dialect,
      { operation: name, output: schema, xmlNamespace, requestId },
      output,
    ),
  });
}
