import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { Machine } from "../../../core/machines/machine";
import type { ServerConfig } from "ssh2";
import { takesSocket, type Behaviour } from "./behaviour";
import { serveConnection } from "./connection";
import { newHostKey, oldHostKey, ssh2, type HostKey } from "./hostKey";
import { keysOf, type Logins } from "./logins";

/** Address on which instances listen, and that they report as their addresses. */
export const LOOPBACK = "127.0.0.1";

/** The parts of the cloud that a host needs. */
export interface HostCloud {
  now(): number;
  machine(): Machine | undefined;
  /** Returns the local port for the address and port of another host. */
  portOf(address: string, port: number): number | undefined;
}

/** What clients know a host by. */
export interface HostIdentity {
  readonly key: HostKey;
  readonly port: number;
}

/** The SSH server of an instance, with its own port on 127.0.0.1 while the instance runs. */
export class SshHost {
  behaviour: Behaviour = "normal";
  private key: HostKey | undefined;
  private isUp = false;
  private server: Server | undefined;
  private lastPort = 0;
  private readonly sockets = new Set<Socket>();

  constructor(
    private readonly logins: Omit<Logins, "temporaryKeys">,
    private readonly cloud: HostCloud,
  ) {}

  /** The same key for the instance's whole life. */
  get hostKey(): HostKey {
    return (this.key ??= newHostKey());
  }

  get identity(): HostIdentity {
    return { key: this.hostKey, port: this.lastPort };
  }

  /** Has the identity of an earlier run of the cloud; the port only if it is free. */
  resume({ key, port }: HostIdentity): void {
    this.key = key;
    this.lastPort = port;
  }

  get port(): number {
    return this.lastPort;
  }

  /** Starts listening, on the previous port if it is still free. */
  async open(): Promise<void> {
    this.isUp = true;
    if (this.server || this.behaviour === "refuse") return;
    this.server =
      (await listen(this.lastPort, (socket) => this.answer(socket))) ??
      (await listen(0, (socket) => this.answer(socket)));
    this.lastPort = (this.server?.address() as AddressInfo | undefined)?.port ?? 0;
  }

  close(): void {
    this.isUp = false;
    this.endConnections();
  }

  private endConnections(): void {
    this.server?.close();
    this.server = undefined;
    for (const socket of this.sockets) socket.destroy();
  }

  async behave(behaviour: Behaviour): Promise<void> {
    this.behaviour = behaviour;
    if (behaviour === "refuse") this.endConnections();
    else if (this.isUp) await this.open();
  }

  private answer(socket: Socket): void {
    const { behaviour, cloud } = this;
    this.sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => undefined); // only its end matters
    socket.on("close", () => this.sockets.delete(socket));
    if (takesSocket(behaviour, socket)) return;
    const { Server } = ssh2();
    new Server(this.settings(), (connection) =>
      serveConnection(connection, {
        behaviour,
        socket,
        keysOf: (user) => keysOf(user, this.allLogins(), cloud.now()),
        machine: () => cloud.machine(),
        portOf: (address, port) => cloud.portOf(address, port),
      }),
    ).injectSocket(socket);
  }

  private allLogins(): Logins {
    return { ...this.logins, temporaryKeys: this.cloud.machine()?.temporaryKeys ?? [] };
  }

  private settings(): ServerConfig {
    if (this.behaviour === "otherHostKey") return { hostKeys: [newHostKey().private] };
    if (this.behaviour !== "oldAlgorithmsOnly") return { hostKeys: [this.hostKey.private] };
    return { hostKeys: [oldHostKey().private], algorithms: OLD_ALGORITHMS };
  }
}

const OLD_ALGORITHMS: ServerConfig["algorithms"] = {
  cipher: ["3des-cbc"],
  hmac: ["hmac-sha1"],
  kex: ["diffie-hellman-group1-sha1"],
  serverHostKey: ["ssh-rsa"],
};

/** @returns undefined if the port is in use. */
async function listen(port: number, answer: (socket: Socket) => void): Promise<Server | undefined> {
  const server = createServer(answer).listen(port, LOOPBACK);
  // The cloud's main server keeps the process alive.
  server.unref();
  try {
    await once(server, "listening");
    return server;
  } catch (error) {
    if (port === 0) throw error;
    return undefined;
  }
}
