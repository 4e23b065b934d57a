import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { Socket } from "node:net";
import { isOfDeployedCode } from "./clientProcess";

/** Channel on which Node.js publishes each client socket of this process. */
const NEW_SOCKET = "net.client.socket";

/** The clients of a server's connections; each is identified once, and only when needed. */
export class Clients {
  /** Local ports of this process's own connections to the server. */
  private readonly ownPorts = new Set<number>();
  private readonly known = new WeakMap<Socket, () => boolean>();

  /** @param isServers whether the server listens at this port */
  constructor(private readonly isServers: (port: number) => boolean) {
    subscribe(NEW_SOCKET, this.noteOwn);
  }

  close(): void {
    unsubscribe(NEW_SOCKET, this.noteOwn);
  }

  /**
   * Returns a function that checks whether deployed code sends over this connection; call it while the connection is
   * open.
   */
  ofDeployedCode(connection: Socket): () => boolean {
    const known = this.known.get(connection) ?? this.ask(connection);
    this.known.set(connection, known);
    return known;
  }

  private ask(connection: Socket): () => boolean {
    // The cloud's own process needs no lookup; it contains the clients of the program and of tests.
    if (this.ownPorts.has(connection.remotePort ?? 0)) return () => false;
    let answer: boolean | undefined;
    return () => (answer ??= isOfDeployedCode(connection));
  }

  private readonly noteOwn = (message: unknown): void => {
    const { socket } = message as { socket?: unknown };
    if (!(socket instanceof Socket)) return;
    socket.once("connect", () => {
      const { localPort, remotePort } = socket;
      if (localPort === undefined || !this.isServers(remotePort ?? 0)) return;
      this.ownPorts.add(localPort);
      socket.once("close", () => this.ownPorts.delete(localPort));
    });
  };
}
