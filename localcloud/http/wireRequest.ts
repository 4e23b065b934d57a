import type { IncomingMessage } from "node:http";
import type { WireRequest } from "../core/service";

export function pathOf({ url = "/" }: IncomingMessage): string {
  const mark = url.indexOf("?");
  return mark < 0 ? url : url.slice(0, mark);
}

/** @param fromDeployedCode checks whether a process of deployed code sent it */
export function wireRequest(
  incoming: IncomingMessage,
  body: Buffer,
  fromDeployedCode: () => boolean,
): WireRequest {
  const url = incoming.url ?? "/";
  const mark = url.indexOf("?");
  const rawQuery = mark < 0 ? "" : url.slice(mark + 1);
  return {
    method: incoming.method ?? "GET",
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(rawQuery),
    rawQuery,
    headers: joinHeaders(incoming),
    // A function, because only signatures need it; V8 creates objects with getters slowly.
    headerValues: () => incoming.headersDistinct,
    body,
    sourceIp: incoming.socket.remoteAddress ?? "127.0.0.1",
    fromDeployedCode,
  };
}

/** Returns every header once; repeated ones are joined as HTTP defines. */
function joinHeaders(incoming: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const name in incoming.headers) {
    const value = incoming.headers[name];
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return headers;
}
