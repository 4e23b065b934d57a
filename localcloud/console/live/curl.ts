/** A request as the gateway received it. */
export interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Headers that curl sets itself, and those of the connection. */
const OWN = new Set([
  ...["host", "content-length", "connection", "accept", "accept-encoding", "accept-language"],
  ...["user-agent", "x-amzn-trace-id", "sec-fetch-mode"],
]);

/** Returns the request as a curl command for a POSIX shell. */
export function curlOf(request: SentRequest, origin: string): string {
  const { method, path, query, headers, body } = request;
  const parts = ["curl", "-i"];
  if (method !== "GET") parts.push("-X", method);
  parts.push(quote(`${origin}${path}${query === "" ? "" : `?${query}`}`));
  for (const [name, value] of Object.entries(headers))
    if (!OWN.has(name)) parts.push("-H", quote(`${name}: ${value}`));
  if (body !== "") parts.push("--data-binary", quote(body));
  return parts.join(" ");
}

function quote(text: string): string {
  return /^[\w:/.,=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
