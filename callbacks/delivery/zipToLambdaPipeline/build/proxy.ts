import { chmodSync } from "node:fs";
import { createServer } from "node:http";
import type { Duplex } from "node:stream";
import type { Socket } from "node:net";
import { reasonOf } from "../../../retry";

export const deploymentOnlyModule = true;

/** Connects to a TLS port of a host. */
export type Connect = (host: string, port: number) => Promise<Socket>;

export interface Proxy {
  close(): void;
}

const MOST_CONNECTIONS = 100;

/** Starts the only way out of a sandbox: an HTTP proxy (CONNECT) to the hosts that a build may reach. */
export async function startProxy(path: string, connect: Connect): Promise<Proxy> {
  const sockets = new Set<Duplex>();
  const keep = (socket: Duplex): void => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  };
  const server = createServer((_request, response) => {
    response.writeHead(403, { "content-type": "text/plain" });
    response.end("A build can reach only public hosts over TLS: use https.\n");
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.on("connection", keep);
  server.on("connect", ({ url = "" }, near: Duplex, head: Buffer) => {
    const { host, port } = targetOf(url);
    connect(host, port).then(
      (far) => {
        keep(far);
        // It may have been closed meanwhile, as all are when the build ends.
        if (near.destroyed) return void far.destroy();
        near.write("HTTP/1.1 200 Connection established\r\n\r\n");
        far.write(head);
        near.pipe(far).pipe(near);
        near.once("close", () => far.destroy());
        far.once("close", () => near.destroy());
      },
      (error: unknown) => {
        const reason = `${reasonOf(error)}\n`;
        const length = Buffer.byteLength(reason);
        near.end(`HTTP/1.1 403 Forbidden\r\ncontent-length: ${length}\r\n\r\n${reason}`);
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  // Writable for the build user.
  chmodSync(path, 0o666);
  return {
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Parses `example.com:443` or `[2600::1]:443`. */
export function targetOf(url: string): { readonly host: string; readonly port: number } {
  const [, host = "", port = ""] = /^\[?([^\]]*?)\]?:(\d{1,5})$/.exec(url) ?? [];
  return { host, port: Number(port) };
}
