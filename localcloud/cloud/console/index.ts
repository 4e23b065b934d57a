import type { IncomingMessage, ServerResponse } from "node:http";
import type { Cloud } from "../cloud";
import { pageRequest } from "./page";
import { tracesRequest } from "./traces";

/** Answers what the console asks for; false for every other request. The guard has let it in already. */
export function consoleRequest(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  cloud: Cloud,
): boolean {
  if (incoming.method !== "GET" || !incoming.url?.startsWith("/_localcloud/")) return false;
  const url = new URL(incoming.url, "http://localhost");
  return pageRequest(url.pathname, outgoing) || tracesRequest(url, incoming, outgoing, cloud);
}
