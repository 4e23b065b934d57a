import type { WireRequest } from "../../../core/service";
import { incompleteBody } from "../errors";

/**
 * Decodes an upload that is sent in chunks. The checksum in its trailer becomes a header.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export function decodeChunks(request: WireRequest): WireRequest {
  const { headers, body } = request;
  if (!headers["x-amz-content-sha256"]?.startsWith("STREAMING-")) return request;
  const pieces: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = body.indexOf("\r\n", at);
    const size = end < 0 ? NaN : parseInt(body.toString("latin1", at, end), 16);
    if (Number.isNaN(size) || end + 2 + size > body.length) throw incompleteBody();
    at = end + 2;
    if (size === 0) break;
    pieces.push(body.subarray(at, at + size));
    at += size + 2;
  }
  const trailer = Object.fromEntries(
    body
      .toString("latin1", at)
      .split("\r\n")
      .flatMap((line) => {
        const [, name, value] = /^([\w-]+):\s*(.*)$/.exec(line) ?? [];
        return name === undefined ? [] : [[name.toLowerCase(), value]];
      }),
  ) as Record<string, string>;
  const encoding = headers["content-encoding"]
    ?.split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "aws-chunked")
    .join(",");
  const { "content-encoding": _given, ...rest } = headers;
  return {
    ...request,
    headers: { ...rest, ...(encoding && { "content-encoding": encoding }), ...trailer },
    body: Buffer.concat(pieces),
  };
}
