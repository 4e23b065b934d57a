import { gunzipSync, gzipSync } from "node:zlib";
import { without } from "../model/without";
import type { WireRequest } from "../../../core/service";
import type { GatewayAnswer } from "./exchange";
import { getHeader } from "./headers";

/**
 * Compresses responses of at least the API's minimum size, for clients that accept gzip.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html
 */
export function compressed(
  answer: GatewayAnswer,
  request: WireRequest,
  minimumCompressionSize: number | undefined,
): GatewayAnswer {
  if (
    minimumCompressionSize === undefined ||
    answer.body.length === 0 ||
    answer.body.length < minimumCompressionSize ||
    !/\bgzip\b/i.test(request.headers["accept-encoding"] ?? "") ||
    getHeader({ ...answer.headers }, "content-encoding") !== undefined
  )
    return answer;
  return {
    ...answer,
    headers: { ...answer.headers, "Content-Encoding": "gzip" },
    body: gzipSync(answer.body),
  };
}

/** Decompresses a gzipped request if the API has compression enabled; an invalid one stays as it is. */
export function decompressed(
  request: WireRequest,
  minimumCompressionSize: number | undefined,
): WireRequest {
  if (minimumCompressionSize === undefined) return request;
  if (request.headers["content-encoding"]?.toLowerCase() !== "gzip") return request;
  const headers = without(request.headers, "content-encoding");
  try {
    return {
      ...request,
      headers,
      body: gunzipSync(request.body, { maxOutputLength: 11 * 1024 * 1024 }),
    };
  } catch {
    return request;
  }
}
