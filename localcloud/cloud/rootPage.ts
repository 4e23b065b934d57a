import type { WireRequest, WireResponse } from "../core/service";
import type { Cloud } from "./cloud";
import { CONTROL_PREFIX } from "./control";

/** What a browser finds at the cloud's address, which an SDK asks for S3's buckets instead: signed, and never as HTML. */
export function rootPage(request: WireRequest, cloud: Cloud): WireResponse | undefined {
  const { method, path, headers } = request;
  const isBrowser =
    headers.authorization === undefined && /\btext\/html\b/.test(headers.accept ?? "");
  if (method !== "GET" || path !== "/" || !isBrowser) return undefined;
  const { program } = cloud;
  const name = program ? `${program.project} / ${program.stack}` : "no program";
  const links = ["console", "health", "program", "calls", "faults", "clock"].map(
    (one) => `<li><a href="${CONTROL_PREFIX}/${one}">${one}</a></li>`,
  );
  const body = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>The local cloud</title>
<h1>The local cloud runs</h1>
<p>${escaped(name)}, account ${cloud.accountId}, ${escaped(cloud.defaultRegion)}</p>
<ul>${links.join("")}</ul>
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
