import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A server that the apiGate "asks" of the fixture program waits for: a test does something meanwhile, and then lets the
 * gate end.
 */
export class Gatekeeper {
  private readonly waiting: ServerResponse[] = [];
  private readonly callers: ((response: ServerResponse) => void)[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Gatekeeper> {
    const server = createServer((_request, response) => {
      const caller = self.callers.shift();
      if (caller) caller(response);
      else self.waiting.push(response);
    });
    const self = new Gatekeeper(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return self;
  }

  /** URL for the environment of the program. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  /** Waits until a gate asks; the answer ends the gate. */
  async asked(): Promise<{ pass(): void; fail(reason: string): void }> {
    const response =
      this.waiting.shift() ??
      (await new Promise<ServerResponse>((resolve) => this.callers.push(resolve)));
    return {
      pass: () => void response.end(),
      fail: (reason) => void response.writeHead(500).end(reason),
    };
  }

  close(): Promise<unknown> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }
}
