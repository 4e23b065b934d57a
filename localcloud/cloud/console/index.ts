import type { IncomingMessage, ServerResponse } from "node:http";
import type { Cloud } from "../cloud";
import { pageRequest } from "./page";
import { tracesRequest } from "./traces";

/** Serves the console's requests; returns false for all others. The guard has already checked the request. */
export function consoleRequest(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  cloud: Cloud,
): boolean {
  if (incoming.method !== "GET" || !incoming.url?.startsWith("/_localcloud/")) return false;
  const url = new URL(incoming.url, "http://localhost");
  return pageRequest(url.pathname, outgoing) || tracesRequest(url, incoming, outgoing, cloud);
}
