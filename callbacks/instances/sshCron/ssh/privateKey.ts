import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";

export const deploymentOnlyModule = true;

/** An unusable key; the message never contains any part of it. */
export interface KeyProblem {
  readonly problem: string;
}

/** A private key in a format that ssh2 reads. */
export interface PrivateKey {
  readonly privateKey: string;
}

/**
 * Converts a key for ssh2, which refuses every PKCS#8 key ("BEGIN PRIVATE KEY"): RSA and EC have older formats, and
 * Ed25519 has OpenSSH's own.
 */
export function readPrivateKey(text: string): PrivateKey | KeyProblem {
  // Editors and copying add white space around it and change the line ends.
  const pem = `${text.replaceAll("\r\n", "\n").trim()}\n`;
  const [, kind] = /^-----BEGIN ([A-Z0-9 ]+)-----\n/.exec(pem) ?? [];
  if (kind === undefined || !kind.endsWith("PRIVATE KEY"))
    return { problem: "it is not a private key in PEM form (-----BEGIN ... PRIVATE KEY-----)" };
  if (kind === "ENCRYPTED PRIVATE KEY" || /^Proc-Type: 4,ENCRYPTED$/m.test(pem))
    return { problem: "it has a passphrase; store one without: ssh-keygen -p -N '' -f <file>" };
  if (kind === "OPENSSH PRIVATE KEY") return readOpenSshKey(pem);
  if (kind !== "PRIVATE KEY") return { privateKey: pem };
  try {
    return fromPkcs8(createPrivateKey(pem));
  } catch {
    // OpenSSL's message reveals bytes of the key, and does not help.
    return { problem: "its contents cannot be read" };
  }
}

/** Creates an Ed25519 key pair: the private key in OpenSSH's format, the public key as a line of authorized_keys. */
export function newKeyPair(comment: string): PrivateKey & { readonly publicKey: string } {
  const { privateKey } = generateKeyPairSync("ed25519");
  const { seed, point } = ed25519Parts(privateKey);
  return {
    privateKey: openSshKey(seed, point, comment),
    publicKey: `ssh-ed25519 ${publicBlob(point).toString("base64")} ${comment}`,
  };
}

/**
 * Returns the public key of a private key in OpenSSH's format, as a line of authorized_keys; undefined for another
 * format. It is readable even when the key has a passphrase.
 */
export function publicKeyOf(privateKey: string, comment: string): string | undefined {
  const bytes = openSshBytes(privateKey);
  if (!bytes) return undefined;
  let at = MAGIC.length;
  // First cipher, key derivation and its options, then the number of keys.
  for (let field = 0; field < 3; field += 1) at = endOfField(bytes, at);
  const blob = bytes.subarray(at + 8, endOfField(bytes, at + 4));
  const type = blob.subarray(4, endOfField(blob, 0)).toString("latin1");
  return /^[a-z0-9@.-]+$/.test(type) ? `${type} ${blob.toString("base64")} ${comment}` : undefined;
}

function fromPkcs8(key: KeyObject): PrivateKey | KeyProblem {
  switch (key.asymmetricKeyType) {
    case "rsa":
      return { privateKey: String(key.export({ type: "pkcs1", format: "pem" })) };
    case "ec":
      return { privateKey: String(key.export({ type: "sec1", format: "pem" })) };
    case "ed25519": {
      const { seed, point } = ed25519Parts(key);
      return { privateKey: openSshKey(seed, point, "") };
    }
    default:
      return {
        problem: `its type ${key.asymmetricKeyType} is not for SSH; use ed25519, ecdsa or rsa`,
      };
  }
}

/** Reads the name of the cipher at the beginning: `none` without a passphrase. */
function readOpenSshKey(pem: string): PrivateKey | KeyProblem {
  const bytes = openSshBytes(pem);
  if (!bytes) return { problem: "its contents cannot be read" };
  const end = endOfField(bytes, MAGIC.length);
  const cipher = bytes.subarray(MAGIC.length + 4, end).toString("latin1");
  if (cipher === "none") return { privateKey: pem };
  return { problem: "it has a passphrase; store one without: ssh-keygen -p -N '' -f <file>" };
}

const MAGIC = "openssh-key-v1\0";

function openSshBytes(pem: string): Buffer | undefined {
  const bytes = Buffer.from(pem.replace(/-----[A-Z ]+-----/g, ""), "base64");
  return bytes.subarray(0, MAGIC.length).toString("latin1") === MAGIC ? bytes : undefined;
}

/** Returns the end of a length-prefixed field; the end of the data when the length is too large. */
function endOfField(bytes: Buffer, at: number): number {
  if (at + 4 > bytes.length) return bytes.length;
  return Math.min(bytes.length, at + 4 + bytes.readUInt32BE(at));
}

function ed25519Parts(key: KeyObject): { readonly seed: Buffer; readonly point: Buffer } {
  const { d = "", x = "" } = key.export({ format: "jwk" });
  return { seed: Buffer.from(d, "base64url"), point: Buffer.from(x, "base64url") };
}

/** Writes a key without a passphrase. https://cvsweb.openbsd.org/src/usr.bin/ssh/PROTOCOL.key */
function openSshKey(seed: Buffer, point: Buffer, comment: string): string {
  const check = randomBytes(4);
  const secret = Buffer.concat([
    check,
    check,
    field("ssh-ed25519"),
    field(point),
    field(Buffer.concat([seed, point])),
    field(comment),
  ]);
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7]).subarray(0, (8 - (secret.length % 8)) % 8);
  const count = Buffer.from([0, 0, 0, 1]);
  const bytes = Buffer.concat([
    Buffer.from(MAGIC),
    field("none"),
    field("none"),
    field(""),
    count,
    field(publicBlob(point)),
    field(Buffer.concat([secret, padding])),
  ]);
  const lines = bytes.toString("base64").match(/.{1,70}/g) ?? [];
  const kind = "OPENSSH PRIVATE KEY";
  return [`-----BEGIN ${kind}-----`, ...lines, `-----END ${kind}-----`, ""].join("\n");
}

function publicBlob(point: Buffer): Buffer {
  return Buffer.concat([field("ssh-ed25519"), field(point)]);
}

/** Writes a length, then the bytes. */
function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
