import { Readable } from "node:stream";
import { buildQueryString } from "@smithy/core/protocols";
import type { WireRequest, WireResponse } from "../../core/service";

/** The parts of a real SDK client that the tests use. */
export interface SdkClient {
  send(command: object): Promise<Record<string, unknown>>;
  destroy(): void;
}

type Constructor<T> = new (argument: object) => T;

/** A client module, e.g. `@aws-sdk/client-sqs`, without its types. */
export class Sdk {
  readonly module: Readonly<Record<string, unknown>>;

  constructor(name: string) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- the name is data here
    this.module = require(`@aws-sdk/client-${name}`) as Record<string, unknown>;
  }

  /** Creates a client whose requests go to `answer` instead of the network. */
  client(answer: (request: WireRequest) => WireResponse, options: object = {}): SdkClient {
    const name = Object.keys(this.module).find((key) => /Client$/.test(key) && key !== "__Client");
    return new (this.module[name ?? ""] as Constructor<SdkClient>)({
      region: "us-east-1",
      credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
      endpoint: "http://127.0.0.1:4566",
      maxAttempts: 1,
      disableHostPrefix: true,
      md5: false,
      ...options,
      requestHandler: {
        handle: async (request: SdkRequest) => ({
          response: sdkResponse(answer(wireRequest(request))),
        }),
        destroy: () => undefined,
      },
    });
  }

  command(operation: string, input: object): object {
    return new (this.module[`${operation}Command`] as Constructor<object>)(input);
  }

  errorClass(name: string): Constructor<Error> {
    return this.module[name] as Constructor<Error>;
  }
}

/** A request as the SDK passes it to its HTTP handler. */
export interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Record<string, string | string[] | null>;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array;
}

export function wireRequest(request: SdkRequest): WireRequest {
  const rawQuery = buildQueryString(request.query ?? {});
  return {
    method: request.method,
    path: request.path,
    query: new URLSearchParams(rawQuery),
    rawQuery,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    body: bytesOf(request.body),
    sourceIp: "127.0.0.1",
  };
}

/** Concatenation copies bytes; Buffer.from would convert the SDK's byte arrays to strings. */
function bytesOf(body: SdkRequest["body"] = ""): Buffer {
  return typeof body === "string" ? Buffer.from(body) : Buffer.concat([body]);
}

function sdkResponse({ status, headers, body }: WireResponse): object {
  return { statusCode: status, headers: { ...headers }, body: Readable.from([Buffer.from(body)]) };
}

/** Returns a manual POST request, as old clients sent it. */
export function post(
  body: string | Uint8Array,
  headers: Record<string, string>,
  path = "/",
): WireRequest {
  const [pathOnly, rawQuery = ""] = path.split("?");
  return {
    method: "POST",
    path: pathOnly,
    query: new URLSearchParams(rawQuery),
    rawQuery,
    headers: { host: "127.0.0.1:4566", ...headers },
    body: Buffer.from(body),
    sourceIp: "127.0.0.1",
  };
}
