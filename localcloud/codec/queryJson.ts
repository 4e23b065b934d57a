import type { AwsError } from "../core/errors";
import type { WireResponse } from "../core/service";
import { encodeError } from "./errors";
import { rpcJson } from "./formats/json";
import { operationOf, type ServiceCodec } from "./model/serviceCodec";
import { type Fields, membersOf, type Schema, valueSchemaOf } from "./model/schema";

/**
 * Returns the JSON with which awsQuery services respond to a client that accepts JSON, as API Gateway does:
 * `{"SendMessageResponse": {"SendMessageResult": {...}, "ResponseMetadata": {...}}}`; absent members are null.
 * https://github.com/localstack/localstack/blob/main/tests/aws/services/apigateway/test_apigateway_sqs.snapshot.json
 */
export function encodeQueryJson(
  codec: ServiceCodec,
  operation: string,
  output: object,
  requestId: string,
): WireResponse {
  const { output: schema } = operationOf(codec, operation);
  const result = schema.isUnitSchema()
    ? {}
    : { [`${operation}Result`]: writeWhole(schema, output) };
  const ResponseMetadata = { RequestId: requestId };
  return jsonAnswer(200, requestId, {
    [`${operation}Response`]: { ...result, ResponseMetadata },
  });
}

/** Returns `{"Error": {"Code": ..., "Message": ..., "Type": "Sender"}, "RequestId": ...}`. */
export function encodeQueryJsonError(
  codec: ServiceCodec,
  error: AwsError,
  requestId: string,
): WireResponse {
  const { status } = encodeError(codec, "awsQuery", error, requestId);
  const Code = codec.errors.get(error.code)?.queryCode ?? error.code;
  const Type = status >= 500 ? "Receiver" : "Sender";
  return jsonAnswer(status, requestId, {
    Error: { Code, Message: error.message, Type },
    RequestId: requestId,
  });
}

function jsonAnswer(status: number, requestId: string, body: object): WireResponse {
  return {
    status,
    headers: { "x-amzn-requestid": requestId, "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}

function writeWhole(schema: Schema, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (schema.isStructSchema()) {
    const fields = value as Fields;
    const members = [...membersOf(schema)];
    return Object.fromEntries(
      members.map(([name, member]) => [name, writeWhole(member, fields[name])]),
    );
  }
  if (schema.isListSchema())
    return (value as readonly unknown[]).map((item) => writeWhole(valueSchemaOf(schema), item));
  if (schema.isMapSchema())
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, writeWhole(valueSchemaOf(schema), item)]),
    );
  return rpcJson.write(schema, value);
}
