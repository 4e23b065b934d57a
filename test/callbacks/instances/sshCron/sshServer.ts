import { spawn } from "node:child_process";
import { createServer, type Server as TcpServer, Socket } from "node:net";
import { generateKeyPairSync } from "node:crypto";
import { type Connection, Server, type ServerChannel, utils } from "ssh2";
import { pinOf } from "../../../../callbacks/instances/sshCron/ssh/hostKeys";
import { newKeyPair } from "../../../../callbacks/instances/sshCron/ssh/privateKey";

/** What a host does to run a command. */
export type Run = (command: string, channel: ServerChannel, connection: Connection) => void;

export interface SshServerOptions {
  readonly run?: Run;
  /** Lines of authorized_keys. Default: every key is accepted. */
  readonly authorizedKeys?: () => readonly string[];
  /** PEM. Default: a new Ed25519 key. */
  readonly hostKey?: string;
  readonly algorithms?: ConstructorParameters<typeof Server>[0]["algorithms"];
  /** Allows clients to connect through this host. */
  readonly forwards?: boolean;
  /** Sent before the version. */
  readonly greeting?: string;
}

export interface SshServer {
  readonly port: number;
  /** Its host key as a known_hosts line. */
  readonly pin: string;
  /** Received commands, in order. */
  readonly commands: string[];
  /** Users that tried to log in. */
  readonly users: string[];
  close(): Promise<void>;
}

/** An SSH server in this process, on a free port of 127.0.0.1. */
export async function startSshServer(options: SshServerOptions = {}): Promise<SshServer> {
  const hostKey = options.hostKey ?? newKeyPair("host").privateKey;
  const connections = new Set<Connection>();
  const commands: string[] = [];
  const users: string[] = [];
  const { algorithms, greeting } = options;
  const server = new Server({ hostKeys: [hostKey], algorithms, greeting }, (connection) => {
    connections.add(connection);
    connection.on("close", () => connections.delete(connection));
    connection.on("error", () => undefined);
    connection.on("authentication", (context) => {
      users.push(context.username);
      const accepted = options.authorizedKeys?.();
      if (context.method !== "publickey") return context.reject(["publickey"]);
      const shown = `${context.key.algo.replace(/^rsa-sha2-\d+$/, "ssh-rsa")} ${context.key.data.toString("base64")}`;
      if (accepted && !accepted.some((line) => line.startsWith(shown)))
        return context.reject(["publickey"]);
      return context.accept();
    });
    connection.on("ready", () => serve(connection, options, commands));
  });
  const port = await listening(server as unknown as TcpServer);
  const key = utils.parseKey(hostKey);
  if (key instanceof Error) throw key;
  return {
    port,
    pin: pinOf(key.getPublicSSH()),
    commands,
    users,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const connection of connections) connection.end();
      }),
  };
}

function serve(
  connection: Connection,
  { run = runShell, forwards }: SshServerOptions,
  commands: string[],
): void {
  connection.on("session", (accept) => {
    const session = accept();
    session.on("pty", (acceptPty) => acceptPty?.());
    session.on("exec", (acceptExec, _reject, { command }) => {
      commands.push(command);
      run(command, acceptExec(), connection);
    });
  });
  if (forwards)
    connection.on("tcpip", (accept, reject, { destIP, destPort }) => {
      const socket = new Socket();
      socket.once("error", () => reject());
      socket.connect(destPort, destIP, () => {
        const channel = accept();
        channel.pipe(socket).pipe(channel);
        socket.on("error", () => channel.end());
      });
    });
}

/** Runs a command in a real shell. */
export const runShell: Run = (command, channel) => {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  const child = spawn("/bin/sh", ["-c", command], { env, detached: true });
  channel.pipe(child.stdin);
  child.stdin.on("error", () => undefined);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  channel.on("close", () => killGroup(child.pid));
  child.once("close", (code, signal) => {
    if (signal) channel.exit(signal.replace(/^SIG/, ""));
    else channel.exit(code ?? 0);
    channel.end();
  });
};

/** Kills it with all its processes, except those in a separate process group. */
function killGroup(leader = 0): void {
  try {
    if (leader > 0) process.kill(-leader, "SIGKILL");
  } catch {
    // It has ended.
  }
}

/** Answers immediately, with an exit code. */
export const exits =
  (code: number, text = ""): Run =>
  (_command, channel) => {
    if (text) channel.write(text);
    channel.exit(code);
    channel.end();
  };

export interface TcpHost {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts a TCP server that is not an SSH server: it handles each connection with `serve`. */
export async function startTcpHost(serve: (socket: Socket) => void): Promise<TcpHost> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    serve(socket);
  });
  const port = await listening(server);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function listening(server: TcpServer): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    });
  });
}

/** Creates an RSA host key, like those of old servers. */
export function rsaHostKey(): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return String(privateKey.export({ type: "pkcs1", format: "pem" }));
}
