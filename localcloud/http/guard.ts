import type { IncomingMessage } from "node:http";

/** Names below localhost are loopback too (RFC 6761, 6.3): S3 puts its buckets there. */
const LOOPBACK = /^(127\.0\.0\.1|([a-z\d.-]+\.)?localhost|\[::1\])(:\d+)?$/i;

/**
 * What a request is for. `invokeUrl`: an API or function that is deployed. `account`: AWS's protocols and the cloud's own
 * endpoints, for tools. `console`: the same endpoints at the console's own address, for its page. `page`: what may be
 * opened as a page and has no power.
 */
export type Asked = "invokeUrl" | "account" | "console" | "page";

/**
 * Why a request must not be answered, or undefined.
 *
 * The server has the power of an account's root, and any web page can make a browser send requests to 127.0.0.1: a
 * foreign Host is DNS rebinding, a foreign Origin or a cross-site fetch is such a page. What an API or a bucket here
 * serves may be such a page too, and it is of the server's own origin: so no page at all has the account, and the
 * console has an origin of its own. Invoke URLs are meant for pages, but only for those that loopback itself serves.
 */
export function refusal(request: IncomingMessage, asked: Asked): string | undefined {
  const { host, origin } = request.headers;
  if (!host || !LOOPBACK.test(host))
    return `Host '${host ?? ""}' is not this computer; use 127.0.0.1 or localhost.`;
  if (origin !== undefined && !originAllowed(origin, host, asked))
    return `Origin '${origin}' may not use the local cloud.`;
  if (origin === undefined && !siteAllowed(request, asked))
    return request.headers["sec-fetch-site"] === "same-origin"
      ? "No page may use the account but the console, at its own address."
      : "A page of another site may not use the local cloud.";
  return undefined;
}

/** Loopback is one site whatever the port, so that a page of another local server is `same-site`. */
function siteAllowed({ headers }: IncomingMessage, asked: Asked): boolean {
  const site = headers["sec-fetch-site"];
  if (site === undefined || site === "none") return true;
  if (site === "same-origin") return asked !== "account";
  if (site !== "same-site") return false;
  // A link may open the page, in a window and never in a frame.
  return asked === "invokeUrl" || (asked === "page" && headers["sec-fetch-dest"] === "document");
}

function originAllowed(origin: string, host: string, asked: Asked): boolean {
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  if (!url || url.protocol !== "http:" || asked === "account") return false;
  return asked === "invokeUrl" ? LOOPBACK.test(url.host) : url.host === host;
}
