import type { ContentHandlingStrategy } from "@aws-sdk/client-api-gateway";
import { mediaType } from "./requestData";

/** Whether the API treats this content type as binary; only whole types and the wildcard for all types are compared. */
export function isBinaryType(
  contentType: string | undefined,
  binaryMediaTypes: readonly string[],
): boolean {
  if (binaryMediaTypes.includes("*/*")) return true;
  return contentType !== undefined && binaryMediaTypes.includes(mediaType(contentType));
}

/**
 * The request's body as the integration gets it.
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
 * The integration's body as the client gets it: binary stays binary for a client that accepts binary.
 * Same page as above.
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
