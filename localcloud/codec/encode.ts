import { notImplemented } from "../core/errors";
import type { WireResponse } from "../core/service";
import { writeCbor } from "./formats/cbor";
import { rpcJson, writeJson } from "./formats/json";
import {
  type OperationModel,
  operationOf,
  type Protocol,
  type ServiceCodec,
} from "./model/serviceCodec";
import { type QueryDialect, writeQueryResult } from "./formats/query";
import { encodeRest } from "./rest/restResponse";
import { type Fields, isEventStream, membersOf } from "./model/schema";

/**
 * Returns the response with an operation's output, which has the SDK's shape; members that the schema lacks are
 * omitted. Throws NotImplemented for an event stream in the response of an RPC protocol, and for one that the operation
 * does not return.
 */
export function encodeResult(
  codec: ServiceCodec,
  call: { readonly operation: string; readonly protocol: Protocol },
  output: object,
  requestId: string,
): WireResponse {
  const operation = operationOf(codec, call.operation);
  const streamed = membersOf(operation.output).find(([, member]) => isEventStream(member));
  if (streamed && !(isRest(call.protocol) && isIterable((output as Fields)[streamed[0]])))
    throw notImplemented(codec.signingName, `${operation.name} (event stream)`);
  const response = encoders[call.protocol](codec, operation, output, requestId);
  return { ...response, headers: { "x-amzn-requestid": requestId, ...response.headers } };
}

function isRest(protocol: Protocol): boolean {
  return protocol === "restJson" || protocol === "restXml";
}

function isIterable(value: unknown): boolean {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
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
