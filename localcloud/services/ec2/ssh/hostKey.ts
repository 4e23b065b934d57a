import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import type * as Ssh2 from "ssh2";

/**
 * Loaded with the first host, because it takes a tenth of a second: a static import would load it with the service.
 */
// eslint-disable-next-line @typescript-eslint/no-require-imports
export const ssh2 = (): typeof Ssh2 => require("ssh2") as typeof Ssh2;

/** A host's key pair in OpenSSH's format. */
export interface HostKey {
  readonly private: string;
  /** `ssh-ed25519 AAAA...` */
  readonly public: string;
}

/**
 * Creates an Ed25519 pair. Encoded here, because about one in some hundred keys that ssh2 1.17 creates cannot be
 * parsed.
 * https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
 */
export function newHostKey(): HostKey {
  const { d = "", x = "" } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  const [seed, point] = [d, x].map((part) => Buffer.from(part, "base64url"));
  const publicBlob = Buffer.concat([text("ssh-ed25519"), text(point)]);
  const check = randomBytes(4);
  const secret = Buffer.concat([
    check,
    check,
    publicBlob,
    text(Buffer.concat([seed, point])),
    text(""), // comment
  ]);
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7]).subarray(0, -secret.length & 7);
  const body = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    text("none"), // cipher
    text("none"), // key derivation
    text(""), // its options
    Buffer.from([0, 0, 0, 1]), // one key
    text(publicBlob),
    text(Buffer.concat([secret, padding])),
  ]);
  const lines = body.toString("base64").match(/.{1,70}/g) ?? [];
  return {
    private: [`-----BEGIN ${KIND}-----`, ...lines, `-----END ${KIND}-----`, ""].join("\n"),
    public: `ssh-ed25519 ${publicBlob.toString("base64")}`,
  };
}

const KIND = "OPENSSH PRIVATE KEY";

/** Returns bytes with their length before them, as SSH encodes all of them. */
function text(bytes: Buffer | string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(bytes));
  return Buffer.concat([length, Buffer.from(bytes)]);
}

/** Creates the key of a server from before 2014, which supports no other kind; in PEM, which ssh2 can read too. */
export function oldHostKey(): HostKey {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return pemKey(privateKey.export({ type: "pkcs1", format: "pem" }).toString());
}

/** Returns the key pair of a private key that ssh2 can read. */
export function pemKey(pem: string): HostKey {
  const parsed = ssh2().utils.parseKey(pem);
  if (parsed instanceof Error) throw parsed;
  return { private: pem, public: `${parsed.type} ${parsed.getPublicSSH().toString("base64")}` };
}

/** Returns a fingerprint such as `SHA256:...`, as `ssh-keygen -l` prints it. */
export function fingerprint(publicKey: string): string {
  const hash = createHash("sha256").update(keyBytes(publicKey)).digest("base64");
  return `SHA256:${hash.replace(/=+$/, "")}`;
}

/** Returns the bytes in the second field of a public key. */
export function keyBytes(publicKey: string): Buffer {
  return Buffer.from(publicKey.split(" ")[1] ?? "", "base64");
}
