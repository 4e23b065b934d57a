import type { WireRequest } from "../../../core/service";
import { invalidArgument, malformedUri } from "../errors";
import { decodeChunks } from "./chunked";

/** Bucket and key that a request addresses. */
export interface Address {
  readonly Bucket?: string;
  readonly Key?: string;
}

/** Query parameters that select a separate operation, as in the client's routes. */
const SUBRESOURCES =
  /^(abac|accelerate|acl|analytics|annotation|attributes|cors|delete|encryption|intelligent-tiering|inventory|legal-hold|lifecycle|location|logging|metadata\w+|metrics|notification|object-lock|ownershipControls|policy|policyStatus|publicAccessBlock|renameObject|replication|requestPayment|restore|retention|select|session|tagging|torrent|uploads|versioning|versions|website)$/;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html */
export function addressOf({ path, headers }: Pick<WireRequest, "path" | "headers">): Address {
  const [, host] = /^(.+)\.localhost(?::\d+)?$/i.exec(headers.host ?? "") ?? [];
  const text = path.slice(1);
  const slash = text.indexOf("/");
  const Bucket = host ?? (slash < 0 ? text : text.slice(0, slash));
  const key = host === undefined ? (slash < 0 ? "" : text.slice(slash + 1)) : text;
  return {
    ...(Bucket !== "" && { Bucket: decoded(Bucket) }),
    ...(key !== "" && { Key: decoded(key) }),
  };
}

/**
 * Converts a request to the form of the SDK's schemas: without the bucket in its path, with the operation's name in
 * the query (only the JavaScript SDK sends it), and with a complete body instead of chunks.
 */
export function readRequest(request: WireRequest): { request: WireRequest; members: Address } {
  const address = addressOf(request);
  const query = new URLSearchParams(request.rawQuery);
  query.delete("x-id");
  if (![...query.keys()].some((name) => SUBRESOURCES.test(name))) {
    const operation = operationOf(request, address, query);
    if (operation !== undefined) query.set("x-id", operation);
  }
  const whole = decodeChunks(request);
  return {
    request: {
      ...whole,
      path: address.Key === undefined ? "/" : "/key",
      query,
      rawQuery: query.toString(),
    },
    members: address,
  };
}

function operationOf(
  { method, headers }: WireRequest,
  { Bucket, Key }: Address,
  query: URLSearchParams,
): string | undefined {
  if (Bucket === undefined) return method === "GET" ? "ListBuckets" : undefined;
  if (Key === undefined) return undefined;
  const part = query.has("uploadId");
  const copy = headers["x-amz-copy-source"] !== undefined;
  if (method === "GET") return part ? "ListParts" : "GetObject";
  if (method === "DELETE") return part ? "AbortMultipartUpload" : "DeleteObject";
  if (method !== "PUT") return undefined;
  if (part && !query.has("partNumber"))
    throw invalidArgument("This operation does not accept a query-string.");
  return part ? (copy ? "UploadPartCopy" : "UploadPart") : copy ? "CopyObject" : "PutObject";
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformedUri();
  }
}
