import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Makes a server listen on a free port of this computer. */
export async function listenLocally(
  server: Server,
): Promise<{ readonly port: number; close(): void }> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A TCP server has no path as its address.
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
