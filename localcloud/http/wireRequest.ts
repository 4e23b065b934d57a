import type { IncomingMessage } from "node:http";
import type { WireRequest } from "../core/service";

export function pathOf({ url = "/" }: IncomingMessage): string {
  return url.split("?", 1)[0];
}

/** @param fromDeployedCode whether a process of deployed code sent it */
export function wireRequest(
  incoming: IncomingMessage,
  body: Buffer,
  fromDeployedCode: () => boolean,
): WireRequest {
  const url = incoming.url ?? "/";
  const mark = url.indexOf("?");
  const rawQuery = mark < 0 ? "" : url.slice(mark + 1);
  let query: URLSearchParams | undefined;
  return {
    method: incoming.method ?? "GET",
    path: mark < 0 ? url : url.slice(0, mark),
    // Invoke URLs, most of all requests, read their query by rules of their own.
    get query() {
      return (query ??= new URLSearchParams(rawQuery));
    },
    rawQuery,
    headers: joinHeaders(incoming),
    headerValues: incoming.headersDistinct,
    body,
    sourceIp: incoming.socket.remoteAddress ?? "127.0.0.1",
    fromDeployedCode,
  };
}

/** Every header once, repeated ones joined as HTTP reads them. */
function joinHeaders(incoming: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(incoming.headers))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  return headers;
}
