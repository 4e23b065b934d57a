import type { ServerResponse } from "node:http";

/** Content Security Policy: no foreign or inline resources, and no framing of the page. */
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
  "require-trusted-types-for 'script'; trusted-types 'none'";

const HEADERS = {
  "content-security-policy": CSP,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

export const STREAM_HEADERS = { ...HEADERS, "content-type": "text/event-stream" };

export function sendJson(outgoing: ServerResponse, status: number, json: string): void {
  sendFile(outgoing, status, "application/json", `${json}\n`);
}

export function sendFile(
  outgoing: ServerResponse,
  status: number,
  type: string,
  body: string | Uint8Array,
): void {
  outgoing.writeHead(status, { ...HEADERS, "content-type": type });
  outgoing.end(body);
}
