import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Cloud } from "./cloud";
import { AwsError, ConnectionLost } from "../core/errors";
import { newRequestId } from "./execute";
import type { LoadedService } from "./registry";
import type { Route, WireRequest, WireResponse, WireTarget } from "../core/service";
import { within, type Span } from "../core/trace";
import { consoleRequest } from "./console";
import { CONSOLE_PATH } from "./console/page";
import { CONTROL_PREFIX, control } from "./control";
import { isRootPage, rootPage } from "./rootPage";
import { Clients } from "../http/clients";
import { errorResponse } from "../http/errorResponse";
import { type RequestTarget, refusal } from "../http/guard";
import { BodyTooLarge, readBody, refuseBody } from "../http/readBody";
import { plain, send, signedAt } from "../http/respond";
import { pathOf, wireRequest } from "../http/wireRequest";

/**
 * The HTTP servers of a cloud, on 127.0.0.1 only. One has AWS's protocols, invoke URLs and the control endpoints. The
 * other has only the console and the control endpoints: its own port gives it an origin that no deployed page has.
 */
export class CloudServer {
  private readonly server: Server;
  private readonly consoleServer: Server;
  private ports: { readonly aws: number; readonly console: number } | undefined;
  private readonly routes: readonly FoundRoute[];
  private readonly clients = new Clients(
    (port) => port === this.ports?.aws || port === this.ports?.console,
  );

  constructor(private readonly cloud: Cloud) {
    this.routes = cloud.registry
      .all()
      .flatMap((service) => (service.definition.routes ?? []).map((route) => ({ service, route })));
    this.server = createServer((request, response) => void this.handle(request, response));
    this.consoleServer = createServer(
      (request, response) => void this.ofConsole(request, response),
    );
    // Long polls and slow functions take longer than Node's default limit of 5 minutes for a request.
    this.server.requestTimeout = 0;
    this.server.keepAliveTimeout = 60_000;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.listening().aws}`;
  }

  get console(): string {
    return `http://127.0.0.1:${this.listening().console}${CONSOLE_PATH}`;
  }

  /** Starts listening. The console uses the next port, the same at every start unless it is in use. */
  async listen(port: number): Promise<void> {
    const aws = await listen(this.server, port);
    const console = await listen(this.consoleServer, aws + 1).catch(() =>
      listen(this.consoleServer, 0),
    );
    this.ports = { aws, console };
  }

  private listening(): { readonly aws: number; readonly console: number } {
    if (!this.ports) throw new Error("The local cloud is not listening yet.");
    return this.ports;
  }

  async close(): Promise<void> {
    await Promise.all([this.server, this.consoleServer].map(close));
    this.clients.close();
  }

  private async ofConsole(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const path = pathOf(incoming);
    const refused = refusal(incoming, path === CONSOLE_PATH ? "page" : "console");
    if (refused) return plain(outgoing, 403, refused);
    if (path === "/") return redirect(outgoing, CONSOLE_PATH);
    if (path.startsWith(`${CONTROL_PREFIX}/`)) return this.reply(incoming, outgoing, undefined);
    plain(outgoing, 404, `Here is the console only; AWS is at ${this.endpoint}.`);
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const target = this.find(incoming);
    const refused = refusal(incoming, target ? "invokeUrl" : askedOf(incoming));
    if (refused) return plain(outgoing, 403, refused);
    if (!target && isConsolePage(incoming)) return redirect(outgoing, this.console);
    await this.reply(incoming, outgoing, target);
  }

  private async reply(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    target: FoundRoute | undefined,
  ): Promise<void> {
    const fromDeployedCode = this.clients.ofDeployedCode(incoming.socket);
    try {
      if (pathOf(incoming).startsWith(CONTROL_PREFIX) && fromDeployedCode())
        return plain(outgoing, 403, "Deployed code may not use the local cloud's own endpoints.");
      if (!target && consoleRequest(incoming, outgoing, this.cloud)) return;
      const request = wireRequest(incoming, await readBody(incoming), fromDeployedCode);
      const response = await this.answer(request, target);
      const date = signedAt(request);
      if (date) outgoing.setHeader("date", date.toUTCString());
      send(outgoing, response);
    } catch (error) {
      // The client disconnected, or a fault simulates a lost connection.
      if (error instanceof ConnectionLost || incoming.socket.destroyed)
        return void incoming.socket.destroy();
      if (error instanceof BodyTooLarge) return refuseBody(incoming, outgoing, error);
      const text = error instanceof Error ? error.stack : String(error);
      plain(outgoing, 500, `The local cloud failed: ${text}`);
    }
  }

  private async answer(
    request: WireRequest,
    target: FoundRoute | undefined,
  ): Promise<WireResponse> {
    if (target) {
      const { cloud } = this;
      const { route, service } = target;
      const found =
        route.isIn && service.regionWith((store) => route.isIn?.(request, store) ?? false);
      const region = found ?? cloud.defaultRegion;
      return route.handle(request, {
        region,
        accountId: cloud.accountId,
        clock: cloud.clock,
        cloud,
        store: service.store(region, cloud),
      });
    }
    if (request.path.startsWith(CONTROL_PREFIX)) return control(request, this.cloud);
    return rootPage(request, this.cloud) ?? this.answerAws(request);
  }

  private async answerAws(request: WireRequest): Promise<WireResponse> {
    try {
      const caller = (await this.cloud.identify(request)) ?? this.cloud.unsigned(request);
      if (!caller)
        throw new AwsError(
          "MissingAuthenticationTokenException",
          "Request is missing Authentication Token",
        );
      return await within(this.causeOf(request, caller), () => this.cloud.wire(request, caller));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return errorResponse(this.namedService(request)?.codec, request, error, newRequestId());
    }
  }

  /** Returns the cause of a call: the invocation that its keys belong to, or the request's own trace header. */
  private causeOf({ headers }: WireRequest, { principal }: WireTarget): Span | undefined {
    const { tracer } = this.cloud;
    const run = principal.type === "role" ? tracer?.runningAs(principal.accessKeyId) : undefined;
    return run ?? tracer?.named(headers["x-amzn-trace-id"]);
  }

  /** Returns the service that a request names, even if its signature is invalid. */
  private namedService(request: WireRequest): LoadedService | undefined {
    const credential =
      request.query.get("X-Amz-Credential") ??
      /Credential=([^,\s]+)/.exec(request.headers.authorization ?? "")?.[1];
    return this.cloud.registry.signedAs(credential?.split("/")[3] ?? "");
  }

  private find(incoming: IncomingMessage): FoundRoute | undefined {
    const path = pathOf(incoming);
    const method = incoming.method ?? "GET";
    return this.routes.find(({ route }) => route.matches({ method, path }));
  }
}

interface FoundRoute {
  readonly service: LoadedService;
  readonly route: Route<unknown>;
}

/** Classifies a request that is not to an invoke URL: pages without permissions, or everything else. */
function askedOf(incoming: IncomingMessage): RequestTarget {
  const isRoot = isRootPage(incoming.method ?? "GET", pathOf(incoming), incoming.headers);
  return isRoot || isConsolePage(incoming) ? "page" : "account";
}

function isConsolePage(incoming: IncomingMessage): boolean {
  return incoming.method === "GET" && pathOf(incoming) === CONSOLE_PATH;
}

function redirect(outgoing: ServerResponse, location: string): void {
  outgoing.writeHead(302, { location, "cache-control": "no-store" });
  outgoing.end();
}

/** Listens on a port, 0 for a free one. Resolves with the port. */
function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      // The server listens on host and port, so its address is not a pipe.
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
