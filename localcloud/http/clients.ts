import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { Socket } from "node:net";
import { isOfDeployedCode } from "./clientProcess";

/** Published by Node.js for each client socket that this process makes. */
const NEW_SOCKET = "net.client.socket";

/** Who is at the other end of a server's connections: looked up once for each, and only when it is asked. */
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

  /** Whether deployed code sends over this connection; to be called while it is open. */
  ofDeployedCode(connection: Socket): () => boolean {
    const known = this.known.get(connection) ?? this.ask(connection);
    this.known.set(connection, known);
    return known;
  }

  private ask(connection: Socket): () => boolean {
    // The cloud's own process need not be looked for: the program's and the tests' clients are in it.
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
