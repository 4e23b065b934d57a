import type { ServerResponse } from "node:http";
import type { WireRequest, WireResponse } from "../core/service";

/**
 * The caller's own time. Callers within the cloud live by its clock and others by the computer's: the SDKs take an
 * answer that is minutes off their own time for a sign of a wrong clock, and try every failed call again.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export function signedAt({ headers }: WireRequest): Date | undefined {
  const iso = headers["x-amz-date"]?.replace(
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/,
    "$1-$2-$3T$4:$5:$6Z",
  );
  const date = new Date(iso ?? "");
  return Number.isNaN(date.getTime()) ? undefined : date;
}

export function send(outgoing: ServerResponse, response: WireResponse): void {
  const headers = Object.entries(response.headers).map(
    ([name, value]): [string, string | string[]] => [
      name,
      typeof value === "string" ? value : [...value],
    ],
  );
  outgoing.writeHead(response.status, Object.fromEntries(headers));
  const { body } = response;
  // Node writes head and text at once, but head and bytes as two pieces, which costs more than all else it does here.
  if (typeof body === "string" || body.length > WRITTEN_AT_ONCE) outgoing.end(body);
  else
    outgoing.end(
      Buffer.from(body.buffer, body.byteOffset, body.length).toString("latin1"),
      "latin1",
    );
}

/** Bytes; beyond it the copy costs more than the second piece. */
const WRITTEN_AT_ONCE = 64 * 1024;

export function plain(outgoing: ServerResponse, status: number, text: string): void {
  outgoing.writeHead(status, { "content-type": "text/plain; charset=utf-8", connection: "close" });
  outgoing.end(`${text}\n`);
}
