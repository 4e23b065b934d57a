import type { IncomingMessage } from "node:http";

/** Names below localhost are loopback too (RFC 6761, 6.3): S3 puts its buckets there. */
const LOOPBACK = /^(127\.0\.0\.1|([a-z\d.-]+\.)?localhost|\[::1\])(:\d+)?$/i;

/**
 * Why a request must not be answered, or undefined.
 *
 * The server has the power of an account's root, and any web page can make a browser send requests
 * to 127.0.0.1: a foreign Host is DNS rebinding, a foreign Origin or a cross-site fetch is such a page.
 * Invoke URLs of APIs are meant for pages, but only for those that loopback itself serves.
 */
export function refusal(request: IncomingMessage, isInvokeUrl: boolean): string | undefined {
  const { host, origin } = request.headers;
  if (!host || !LOOPBACK.test(host))
    return `Host '${host ?? ""}' is not this computer; use 127.0.0.1 or localhost.`;
  if (origin !== undefined && !originAllowed(origin, host, isInvokeUrl))
    return `Origin '${origin}' may not use the local cloud.`;
  if (origin === undefined && !siteAllowed(request.headers["sec-fetch-site"], isInvokeUrl))
    return "A page of another site may not use the local cloud.";
  return undefined;
}

/** Loopback is one site whatever the port, so that a page of another local server is `same-site`. */
function siteAllowed(site: string | string[] | undefined, isInvokeUrl: boolean): boolean {
  if (site === undefined || site === "none" || site === "same-origin") return true;
  return isInvokeUrl && site === "same-site";
}

function originAllowed(origin: string, host: string, isInvokeUrl: boolean): boolean {
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  if (!url || url.protocol !== "http:") return false;
  return isInvokeUrl ? LOOPBACK.test(url.host) : url.host === host;
}
