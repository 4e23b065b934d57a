import type { IncomingMessage, ServerResponse } from "node:http";
import type { Cloud } from "../cloud";
import { denialHint } from "./denialHint";
import { hiddenJson } from "./hidden";
import { sendJson, STREAM_HEADERS } from "./send";
import { hello, stream } from "./stream";
import { spanDetail, spanRow, traceRow } from "./views";

const PATH = /^\/_localcloud\/traces(?:\/([^/]+))?(?:\/([^/]+))?$/;
/** Maximum number of traces in one list; the newest ones. */
const LISTED = 500;

/**
 * Serves `GET /_localcloud/traces`, `/traces/<trace>`, `/traces/<trace>/<span>` and `/traces/stream`; returns false
 * for others.
 */
export function tracesRequest(
  url: URL,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  cloud: Cloud,
): boolean {
  const match = PATH.exec(url.pathname);
  if (!match) return false;
  const [, id, spanId] = match;
  if (id === "stream") {
    outgoing.writeHead(200, STREAM_HEADERS);
    stream(incoming, outgoing, cloud, url.searchParams.get("trace"));
    return true;
  }
  const found = id === undefined ? list(cloud) : one(cloud, id, spanId);
  const secrets = url.searchParams.get("secrets") === "show" ? undefined : cloud.secrets;
  if (found === undefined) sendJson(outgoing, 404, '{"message":"It is not kept (any more)."}');
  else sendJson(outgoing, 200, secrets ? hiddenJson(found, secrets) : JSON.stringify(found));
  return true;
}

function list(cloud: Cloud): object {
  const traces = [...(cloud.tracer?.traces.values() ?? [])].slice(-LISTED).reverse();
  return { ...hello(cloud), rows: traces.map(traceRow) };
}

function one(cloud: Cloud, id: string, spanId: string | undefined): object | undefined {
  const trace = cloud.tracer?.traces.get(id);
  if (!trace) return undefined;
  if (spanId === undefined) return { ...traceRow(trace), rows: trace.spans.map(spanRow) };
  const span = trace.spans.find((candidate) => candidate.id === spanId);
  return span && spanDetail(span, denialHint(span, cloud));
}
