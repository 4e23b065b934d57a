import type { IncomingMessage } from "node:http";

/** Subdomains of localhost are loopback too (RFC 6761, 6.3); S3 uses them for buckets. */
const LOOPBACK = /^(127\.0\.0\.1|([a-z\d.-]+\.)?localhost|\[::1\])(:\d+)?$/i;

/**
 * Target of a request. `invokeUrl`: a deployed API or function. `account`: AWS's protocols and the cloud's own
 * endpoints, for tools. `console`: the same endpoints at the console's own address, for its page. `page`: resources
 * that may be opened as a page and have no permissions.
 */
export type RequestTarget = "invokeUrl" | "account" | "console" | "page";

/**
 * Returns why a request must be refused, or undefined.
 *
 * The server has the permissions of an account's root user, and any web page can make a browser send requests to
 * 127.0.0.1. A foreign Host means DNS rebinding; a foreign Origin or a cross-site fetch comes from such a page. An
 * API or a bucket here may serve such a page too, with the server's own origin. So no page has access to the account,
 * and the console has a separate origin. Invoke URLs are meant for pages, but only for those that are served from
 * loopback.
 */
export function refusal(request: IncomingMessage, asked: RequestTarget): string | undefined {
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

/**
 * Checks the site. All of loopback is one site regardless of the port, so a page of another local server is
 * `same-site`.
 */
function siteAllowed({ headers }: IncomingMessage, asked: RequestTarget): boolean {
  const site = headers["sec-fetch-site"];
  if (site === undefined || site === "none") return true;
  if (site === "same-origin") return asked !== "account";
  if (site !== "same-site") return false;
  // A link may open the page in a window, but never in a frame.
  return asked === "invokeUrl" || (asked === "page" && headers["sec-fetch-dest"] === "document");
}

function originAllowed(origin: string, host: string, asked: RequestTarget): boolean {
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  if (!url || url.protocol !== "http:" || asked === "account") return false;
  return asked === "invokeUrl" ? LOOPBACK.test(url.host) : url.host === host;
}
