import { connect, type Socket } from "node:net";
import type { AuthContext, Connection } from "ssh2";
import type { Machine } from "../../../core/machine";
import type { Behaviour } from "./behaviour";
import { keyBytes, ssh2 } from "./hostKey";
import { serveSession } from "./session";

/** A connection's host, as far as the connection needs it. */
export interface ConnectedHost {
  readonly behaviour: Behaviour;
  readonly socket: Socket;
  keysOf(user: string): string[];
  machine(): Machine | undefined;
  portOf(address: string, port: number): number | undefined;
}

/** sshd's MaxAuthTries: https://man.openbsd.org/sshd_config#MaxAuthTries */
const MAX_TRIES = 6;

export function serveConnection(connection: Connection, host: ConnectedHost): void {
  let user = "";
  let tries = 0;
  // A client that goes away or speaks nonsense ends its own connection only.
  connection.on("error", () => undefined);
  connection.on("authentication", (auth) => {
    user = auth.username;
    if (host.behaviour !== "authFail" && isKeyOf(auth, host.keysOf(user))) return auth.accept();
    // Asking for the methods is no try.
    if (auth.method !== "none") tries += 1;
    if (tries >= MAX_TRIES) connection.end();
    else auth.reject(["publickey"]);
  });
  connection.on("ready", () => {
    if (host.behaviour === "halfOpen") host.socket.pause();
    connection.on("session", (accept) => serveSession(accept(), user, host));
    connection.on("tcpip", (accept, reject, request) => {
      const port = host.portOf(request.destIP, request.destPort);
      if (port === undefined) reject();
      else forward(accept, reject, port);
    });
  });
}

/** Whether the client has one of the keys; without a signature it only asks if the key would do. */
function isKeyOf(auth: AuthContext, keys: readonly string[]): boolean {
  if (auth.method !== "publickey") return false;
  const { key, blob, signature, hashAlgo } = auth;
  const known = keys.find((one) => keyBytes(one).equals(key.data));
  if (known === undefined) return false;
  if (!signature || !blob) return true;
  const parsed = ssh2().utils.parseKey(known);
  return !(parsed instanceof Error) && parsed.verify(blob, signature, hashAlgo) === true;
}

/** A jump host hands the bytes on, from when it reached the other one. */
function forward(accept: () => NodeJS.ReadWriteStream, reject: () => void, port: number): void {
  const far = connect(port, "127.0.0.1");
  far.once("error", reject);
  far.once("connect", () => {
    far.off("error", reject);
    const near = accept();
    far.on("error", () => near.end());
    near.on("error", () => far.destroy());
    near.on("close", () => far.destroy());
    near.pipe(far).pipe(near);
  });
}
