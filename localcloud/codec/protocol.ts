import type { WireRequest } from "../core/service";
import { decodeForm, decodeUtf8 } from "./malformed";
import type { Protocol, ServiceCodec } from "./model/serviceCodec";

/**
 * Returns the request's protocol, which may differ from today's SDK: an AWS CLI of 2022 uses awsQuery for SQS, boto3
 * of 2026 uses CBOR for CloudWatch. Never throws.
 */
export function protocolOf(codec: ServiceCodec, request: WireRequest): Protocol {
  if (codec.protocol === "restJson" || codec.protocol === "restXml") return codec.protocol;
  const { headers } = request;
  if (headers["smithy-protocol"]?.toLowerCase() === "rpc-v2-cbor") return "rpcV2Cbor";
  if (headers["x-amz-target"] !== undefined) return jsonVersion(codec, headers["content-type"]);
  if (isForm(request) || /(^|&)Action=/.test(request.rawQuery))
    return codec.protocol === "ec2Query" ? "ec2Query" : "awsQuery";
  return codec.protocol;
}

/** Returns the parameters of a query call: those of the URL, then those of a form body. */
export function queryParameters(request: WireRequest): [name: string, value: string][] {
  const fromUrl = decodeForm(request.rawQuery);
  return isForm(request) || request.method === "POST"
    ? [...fromUrl, ...decodeForm(decodeUtf8(request.body))]
    : fromUrl;
}

function isForm({ headers }: WireRequest): boolean {
  return headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;
}

function jsonVersion(codec: ServiceCodec, contentType = ""): Protocol {
  if (contentType.startsWith("application/x-amz-json-1.0")) return "awsJson1_0";
  if (contentType.startsWith("application/x-amz-json-1.1")) return "awsJson1_1";
  return codec.protocol === "awsJson1_0" ? "awsJson1_0" : "awsJson1_1";
}
