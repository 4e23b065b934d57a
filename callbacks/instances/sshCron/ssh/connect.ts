import { connect as dial } from "node:net";
import type { Duplex } from "node:stream";
import { Client } from "ssh2";
import type { JobLimits } from "../job";
import type { RunEnd } from "../model";
import { visible } from "../visible";
import { fingerprintOf, hostKeyAlgorithms, matchesPin, type Pin } from "./hostKeys";
import { type LoginKey, showKeys } from "./loginKeys";

export const deploymentOnlyModule = true;

/** A host to log in to. */
export interface Destination {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /**
   * Host keys that are trusted. Without one the connection is refused, unless the first key that the host shows is
   * trusted.
   */
  readonly pins: readonly Pin[];
  readonly trustFirst?: boolean;
  /** Tried one after another. */
  readonly privateKeys: readonly LoginKey[];
}

export type ConnectLimits = Pick<JobLimits, "connect" | "ready">;

export interface Connected {
  readonly client: Client;
  readonly hostKey: Buffer;
}

export type ConnectFailure = RunEnd & {
  readonly state:
    "unreachable" | "authFailed" | "hostKeyMismatch" | "hostKeyUnknown" | "keyInvalid";
};

/**
 * Logs in; the host's key is verified before anything is sent that identifies the client.
 *
 * @param via a connection to go through. Default: directly.
 */
export async function connect(
  to: Destination,
  limits: ConnectLimits,
  via?: Client,
): Promise<Connected | ConnectFailure> {
  if (to.pins.length === 0 && !to.trustFirst)
    return { state: "hostKeyUnknown", reason: "no key of the host is known, so it was not called" };
  const socket = await open(to, limits.connect, via);
  return "state" in socket ? socket : logIn(to, limits.ready, socket);
}

function open(
  { address, port }: Destination,
  milliseconds: number,
  via: Client | undefined,
): Promise<Duplex | ConnectFailure> {
  return new Promise((resolve) => {
    const fail = (why: string): void =>
      resolve({ state: "unreachable", reason: visible(`${address}:${port}: ${why}`) });
    const late = (): void => fail(`no connection within ${milliseconds / 1000} s`);
    if (via) {
      const timer = setTimeout(late, milliseconds);
      try {
        via.forwardOut("127.0.0.1", 0, address, port, (error, stream) => {
          clearTimeout(timer);
          if (error) fail(`the jump host cannot reach it: ${error.message}`);
          else resolve(stream);
        });
      } catch {
        // ssh2 throws synchronously when the connection was lost before.
        clearTimeout(timer);
        fail("the connection to the jump host was lost");
      }
      return;
    }
    const socket = dial({ host: address, port });
    const timer = setTimeout(() => {
      socket.destroy();
      late();
    }, milliseconds);
    socket.once("error", (error) => {
      clearTimeout(timer);
      fail(error.message);
    });
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}

function logIn(
  { address, port, user, pins, trustFirst, privateKeys }: Destination,
  milliseconds: number,
  sock: Duplex,
): Promise<Connected | ConnectFailure> {
  const client = new Client();
  let hostKey: Buffer | undefined;
  let refused: ConnectFailure | undefined;
  const problems: string[] = [];
  return new Promise((resolve) => {
    const end = (failure: ConnectFailure): void => {
      resolve(refused ?? { ...failure, reason: visible(`${address}:${port}: ${failure.reason}`) });
      client.destroy();
      sock.destroy();
    };
    client.on("ready", () => {
      if (hostKey) resolve({ client, hostKey });
    });
    // The listener stays, so that a later error does not end the process.
    client.on("error", (error) => end(failureOf(error, milliseconds, problems)));
    client.on("close", () =>
      end({ state: "unreachable", reason: "it closed the connection before the login" }),
    );
    try {
      client.connect({
        sock,
        username: user,
        readyTimeout: milliseconds,
        // Detects a half-open connection before the command's whole timeout is over.
        keepaliveInterval: 10_000,
        keepaliveCountMax: 3,
        authHandler: showKeys(user, privateKeys, (problem) => void problems.push(problem)),
        hostVerifier: (key: Buffer) => {
          hostKey = key;
          // Keys may be exchanged again in a running connection: they are checked against the same pins.
          const isKnown = pins.length > 0 ? matchesPin(key, pins) : trustFirst === true;
          if (!isKnown) refused = mismatch(key, pins);
          return isKnown;
        },
        algorithms: {
          serverHostKey: hostKeyAlgorithms(pins) as never[],
          // No compression: a few bytes could expand to megabytes, and every server must allow "none".
          // https://www.rfc-editor.org/rfc/rfc4253#section-6.2 ("none" is required)
          compress: ["none"],
          // Without SHA-1, CBC and small groups.
          kex: [
            "curve25519-sha256",
            "curve25519-sha256@libssh.org",
            "ecdh-sha2-nistp256",
            "ecdh-sha2-nistp384",
            "ecdh-sha2-nistp521",
            "diffie-hellman-group14-sha256",
            "diffie-hellman-group16-sha512",
            "diffie-hellman-group18-sha512",
          ],
          cipher: [
            "aes128-gcm@openssh.com",
            "aes256-gcm@openssh.com",
            "aes128-ctr",
            "aes192-ctr",
            "aes256-ctr",
          ],
          hmac: [
            "hmac-sha2-256-etm@openssh.com",
            "hmac-sha2-512-etm@openssh.com",
            "hmac-sha2-256",
            "hmac-sha2-512",
          ],
        },
      });
    } catch (error) {
      end({ state: "keyInvalid", reason: `ssh2 refuses the key: ${(error as Error).message}` });
    }
  });
}

function mismatch(key: Buffer, pins: readonly Pin[]): ConnectFailure {
  const known = `none of the ${pins.length} that it is known by`;
  const reason = `the host shows ${fingerprintOf(key)}, ${known}: another machine, or new keys`;
  return { state: "hostKeyMismatch", reason };
}

function failureOf(
  error: Error,
  milliseconds: number,
  problems: readonly string[],
): ConnectFailure {
  const { level, code } = error as { level?: string; code?: unknown };
  // https://www.rfc-editor.org/rfc/rfc4253#section-11.1 (14: no more authentication methods available)
  if (
    level === "client-authentication" ||
    code === 14 ||
    /authentication fail/i.test(error.message)
  )
    return problems.length > 0
      ? { state: "keyInvalid", reason: problems.join("; ") }
      : { state: "authFailed", reason: "the host accepts none of the keys for this user" };
  if (level === "client-timeout")
    return { state: "unreachable", reason: `no login within ${milliseconds / 1000} s` };
  return { state: "unreachable", reason: error.message };
}
