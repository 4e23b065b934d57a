import type { IncomingMessage } from "node:http";

/** Largest request body: a 50 MB zip in base64 (Lambda's direct upload limit) with its JSON around it. */
export const MAX_BODY_BYTES = 80 * 1024 * 1024;

/** The whole body; rejects when it is larger than the limit, without reading the rest. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error("body too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
