import type { ContentHandlingStrategy } from "@aws-sdk/client-api-gateway";
import { mediaType } from "./requestData";

/** Checks whether the API treats a content type as binary. Only exact types and the wildcard for all types match. */
export function isBinaryType(
  contentType: string | undefined,
  binaryMediaTypes: readonly string[],
): boolean {
  if (binaryMediaTypes.includes("*/*")) return true;
  return contentType !== undefined && binaryMediaTypes.includes(mediaType(contentType));
}

/**
 * Converts the request's body for the integration.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
 */
export function convertRequestBody(
  body: Buffer,
  isBinary: boolean,
  handling: ContentHandlingStrategy | undefined,
): Buffer {
  if (isBinary) return handling === "CONVERT_TO_TEXT" ? Buffer.from(body.toString("base64")) : body;
  return handling === "CONVERT_TO_BINARY" ? Buffer.from(body.toString("utf8"), "base64") : body;
}

/**
 * Converts the integration's body for the client. Binary data stays binary if the client accepts binary. Same page as
 * above.
 */
export function convertResponseBody(
  body: Buffer,
  is: { readonly binary: boolean; readonly accepted: boolean },
  handling: ContentHandlingStrategy | undefined,
): Buffer {
  const toText = handling === "CONVERT_TO_TEXT" || (handling === undefined && !is.accepted);
  if (is.binary) return toText ? Buffer.from(body.toString("base64")) : body;
  return toText ? body : Buffer.from(body.toString("utf8"), "base64");
}
