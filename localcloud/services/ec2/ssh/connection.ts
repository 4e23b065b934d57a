import { connect, type Socket } from "node:net";
import type { AuthContext, Connection } from "ssh2";
import type { Machine } from "../../../core/machines/machine";
import type { Behaviour } from "./behaviour";
import { keyBytes, ssh2 } from "./hostKey";
import { serveSession } from "./session";

/** The properties of a host that its connections need. */
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
  // An error of a client that disconnects or violates the protocol ends only its own connection.
  connection.on("error", () => undefined);
  connection.on("authentication", (auth) => {
    user = auth.username;
    if (host.behaviour !== "authFail" && isKeyOf(auth, host.keysOf(user))) return auth.accept();
    // A request for the list of methods does not count as a try.
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

/**
 * Checks whether the client has one of the keys. Without a signature it only asks whether the key would be accepted.
 */
function isKeyOf(auth: AuthContext, keys: readonly string[]): boolean {
  if (auth.method !== "publickey") return false;
  const { key, blob, signature, hashAlgo } = auth;
  const known = keys.find((one) => keyBytes(one).equals(key.data));
  if (known === undefined) return false;
  if (!signature || !blob) return true;
  const parsed = ssh2().utils.parseKey(known);
  return !(parsed instanceof Error) && parsed.verify(blob, signature, hashAlgo) === true;
}

/** Forwards the bytes of a jump host after it has connected to the other host. */
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
