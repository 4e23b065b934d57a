import * as http from "node:http";
import * as https from "node:https";
import type { MethodExchange } from "../exchange";
import { configurationError, endpointTimeout, GatewayError } from "../gatewayError";
import type { Headers } from "../headers";
import { TIMED_OUT, withTimeout } from "../integrationTimeout";

/** A request to an HTTP back end. */
export interface HttpCall {
  readonly method: string;
  /** `http://host[:port]` */
  readonly origin: string;
  /** Path and query, percent-encoded; sent unchanged, without resolving dot segments. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: Buffer;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** Sends a real HTTP request, within the integration's timeout. */
export async function callHttp(exchange: MethodExchange, call: HttpCall): Promise<HttpReply> {
  const { scope, integration } = exchange;
  const abort = new AbortController();
  try {
    const reply = await withTimeout(
      scope.clock,
      integration.timeoutInMillis ?? 29_000,
      send(call, integration.tlsConfig?.insecureSkipVerification ?? false, abort.signal),
    );
    if (reply === TIMED_OUT) throw endpointTimeout();
    return reply;
  } finally {
    abort.abort();
  }
}

async function send(call: HttpCall, insecure: boolean, signal: AbortSignal): Promise<HttpReply> {
  if (!URL.canParse(call.origin)) throw configurationError("Invalid endpoint address");
  const url = new URL(call.origin);
  try {
    return await exchangeOnce(url, call, insecure, signal);
  } catch (error) {
    if (error instanceof TypeError)
      throw configurationError(`Invalid endpoint request: ${error.message}`);
    throw new GatewayError("INTEGRATION_FAILURE", "Network error communicating with endpoint", {
      log: "Execution failed due to a network error communicating with endpoint",
    });
  }
}

function exchangeOnce(
  url: URL,
  call: HttpCall,
  insecure: boolean,
  signal: AbortSignal,
): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    const secure = url.protocol === "https:";
    const options: https.RequestOptions = {
      method: call.method,
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: url.port || (secure ? 443 : 80),
      path: call.path,
      headers: outgoingHeaders(call, url),
      signal,
      ...(secure && { rejectUnauthorized: !insecure }),
    };
    const request = (secure ? https : http).request(options, (response) => {
      collect(response).then(
        (body) =>
          resolve({
            status: response.statusCode ?? 502,
            headers: replyHeaders(response.rawHeaders),
            body,
          }),
        reject,
      );
    });
    request.on("error", reject);
    request.end(call.body);
  });
}

function outgoingHeaders(call: HttpCall, url: URL): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(call.headers))
    headers[name] = typeof value === "string" ? value : [...value];
  headers.Host = url.host;
  if (call.body.length > 0) headers["Content-Length"] = String(call.body.length);
  return headers;
}

async function collect(response: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Returns the headers with names in the case that the back end sent. Repeated headers become lists. */
function replyHeaders(raw: readonly string[]): Headers {
  const headers: Record<string, string | string[]> = {};
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const [name, value] = [raw[index], raw[index + 1]];
    const existing = headers[name];
    headers[name] = existing === undefined ? value : [...[existing].flat(), value];
  }
  return headers;
}
