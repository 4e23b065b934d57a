import type { IncomingHttpHeaders } from "node:http";
import type { WireRequest, WireResponse } from "../core/service";
import type { Cloud } from "./cloud";
import { CONTROL_PREFIX } from "./control";

/**
 * Checks whether a browser opens the cloud's root path. SDKs list S3's buckets there: signed, and not accepting HTML.
 */
export function isRootPage(
  method: string,
  path: string,
  { authorization, accept }: IncomingHttpHeaders,
): boolean {
  const isBrowser = authorization === undefined && /\btext\/html\b/.test(accept ?? "");
  return method === "GET" && path === "/" && isBrowser;
}

/** Returns the page at the cloud's root path; it has no permissions. */
export function rootPage(request: WireRequest, cloud: Cloud): WireResponse | undefined {
  if (!isRootPage(request.method, request.path, request.headers)) return undefined;
  const { program } = cloud;
  const name = program ? `${program.project} / ${program.stack}` : "no program";
  const others = ["health", "program", "calls", "faults", "clock"].map(
    (one) => `<li><code>curl ${cloud.endpoint}${CONTROL_PREFIX}/${one}</code></li>`,
  );
  const body = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>The local cloud</title>
<h1>The local cloud runs</h1>
<p>${escaped(name)}, account ${cloud.accountId}, ${escaped(cloud.defaultRegion)}</p>
<p><a href="${cloud.console}">Console</a></p>
<ul>${others.join("")}</ul>
<p>AWS tools reach it with <code>AWS_ENDPOINT_URL=${cloud.endpoint}</code>: <code>eval "$(npx localcloud env)"</code>.</p>
</html>
`;
  return {
    status: 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": "default-src 'none'",
    },
    body,
  };
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
