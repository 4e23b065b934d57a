import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Has a server listen to a free port of this computer. */
export async function listenLocally(
  server: Server,
): Promise<{ readonly port: number; close(): void }> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // Of TCP, so that it is no name of a file.
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
