import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { WireRequest, WireResponse } from "../core/service";

/**
 * Returns the caller's own time. Callers within the cloud use its clock, others the computer's. SDKs treat a response
 * whose date differs by minutes as a sign of a wrong clock, and then retry every failed call.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export function signedAt({ headers }: WireRequest): Date | undefined {
  const sent = headers["x-amz-date"];
  if (sent === undefined) return undefined;
  const iso = sent.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

export function send(outgoing: ServerResponse, response: WireResponse): void {
  const headers: (string | string[])[] = [];
  for (const [name, value] of Object.entries(response.headers))
    headers.push(name, typeof value === "string" ? value : [...value]);
  outgoing.writeHead(response.status, headers);
  const { body, stream } = response;
  if (stream) return void sendStream(outgoing, stream);
  // Node writes headers and a string at once, but headers and bytes in two pieces, which is the largest cost here.
  if (typeof body === "string" || body.length > WRITTEN_AT_ONCE) outgoing.end(body);
  else
    outgoing.end(
      Buffer.from(body.buffer, body.byteOffset, body.length).toString("latin1"),
      "latin1",
    );
}

/** Sends the pieces as they come. A client that has disconnected stops the reading. */
async function sendStream(
  outgoing: ServerResponse,
  stream: AsyncIterable<Uint8Array>,
): Promise<void> {
  outgoing.flushHeaders();
  await pipeline(stream, outgoing).catch(() => outgoing.destroy());
}

/** Size in bytes above which copying costs more than the second piece. */
const WRITTEN_AT_ONCE = 64 * 1024;

export function plain(outgoing: ServerResponse, status: number, text: string): void {
  outgoing.writeHead(status, { "content-type": "text/plain; charset=utf-8", connection: "close" });
  outgoing.end(`${text}\n`);
}
