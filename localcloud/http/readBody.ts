import type { IncomingMessage, ServerResponse } from "node:http";

/** Maximum request body: a 50 MB zip in base64 (Lambda's direct upload limit) with the JSON around it. */
export const MAX_BODY_BYTES = 80 * 1024 * 1024;

/** Milliseconds that a client has to read why its body was refused. */
const READING_TIME = 5_000;

const NO_BODY = Buffer.alloc(0);

export class BodyTooLarge extends Error {
  constructor() {
    super(`The request is larger than ${MAX_BODY_BYTES} bytes.`);
  }
}

/**
 * Reads the whole body. Rejects with BodyTooLarge at the limit and stops reading, with the connection still open for
 * a response; with the connection's error if the client disconnects.
 */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  const { headers } = request;
  if (headers["content-length"] === undefined && headers["transfer-encoding"] === undefined) {
    request.resume();
    return Promise.resolve(NO_BODY);
  }
  return new Promise((resolve, reject) => {
    if (Number(request.headers["content-length"]) > MAX_BODY_BYTES)
      return reject(new BodyTooLarge());
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= MAX_BODY_BYTES) return;
      request.pause().removeAllListeners("data");
      reject(new BodyTooLarge());
    });
    request.once("end", () => resolve(Buffer.concat(chunks)));
    request.once("error", reject);
    return undefined;
  });
}

/**
 * Responds with 413. First closes only this side of the connection and discards further data: with unread data the
 * system would reset the connection, and the client might lose the response.
 * https://www.rfc-editor.org/rfc/rfc9112.html#section-9.6
 */
export function refuseBody(
  request: IncomingMessage,
  response: ServerResponse,
  { message }: BodyTooLarge,
): void {
  const { socket } = request;
  const text = Buffer.from(`${message}\n`);
  response.writeHead(413, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": text.length,
    connection: "close",
  });
  response.write(text, () => socket.end());
  let left = MAX_BODY_BYTES;
  request.on("data", (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) socket.destroy();
  });
  request.resume();
  const timer = setTimeout(() => socket.destroy(), READING_TIME);
  socket.once("close", () => clearTimeout(timer));
}
