import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { AwsError } from "../../../core/errors";
import type { KmsKey } from "../store";

/**
 * A ciphertext blob: format (1 byte), key id (16), number of the key's secret (2, big endian), nonce (12), tag (16),
 * then AES-256-GCM ciphertext. KMS's own layout is not public; like this one, it identifies the key, so that Decrypt
 * needs no KeyId.
 */
const FORMAT = 1;
const KEY_ID_AT = 1;
const SECRET_AT = 17;
const NONCE_AT = 19;
const TAG_AT = 31;
const BODY_AT = 47;

export type EncryptionContext = Readonly<Record<string, string>> | undefined;

/** Encrypts under the key's newest secret, bound to the encryption context. */
export function seal(key: KmsKey, plaintext: Uint8Array, context: EncryptionContext): Buffer {
  const secrets = secretsOf(key);
  const head = Buffer.alloc(NONCE_AT);
  head.writeUInt8(FORMAT);
  Buffer.from(key.keyId.replaceAll("-", ""), "hex").copy(head, KEY_ID_AT);
  head.writeUInt16BE(secrets.length - 1, SECRET_AT);
  const nonce = randomBytes(TAG_AT - NONCE_AT);
  const cipher = createCipheriv("aes-256-gcm", secrets[secrets.length - 1], nonce);
  cipher.setAAD(additionalData(head, context));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([head, nonce, cipher.getAuthTag(), body]);
}

/**
 * Decrypts a blob of `seal`.
 * @throws InvalidCiphertextException for altered bytes or another encryption context; KMS gives no message.
 */
export function open(key: KmsKey, blob: Uint8Array, context: EncryptionContext): Buffer {
  const bytes = Buffer.from(blob);
  const secret = secretsOf(key)[bytes.readUInt16BE(SECRET_AT)];
  if (!secret) throw invalidCiphertext();
  const decipher = createDecipheriv("aes-256-gcm", secret, bytes.subarray(NONCE_AT, TAG_AT));
  decipher.setAAD(additionalData(bytes.subarray(0, NONCE_AT), context));
  decipher.setAuthTag(bytes.subarray(TAG_AT, BODY_AT));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(BODY_AT)), decipher.final()]);
  } catch {
    throw invalidCiphertext();
  }
}

/** Returns the id of the key in a blob; undefined for bytes that are not a ciphertext of this cloud. */
export function keyIdOf(blob: Uint8Array | undefined): string | undefined {
  if (!blob || blob.length < BODY_AT || blob[0] !== FORMAT) return undefined;
  const hex = Buffer.from(blob.subarray(KEY_ID_AT, SECRET_AT)).toString("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export function invalidCiphertext(): AwsError {
  return new AwsError("InvalidCiphertextException", "");
}

/** Returns the additional data; the pairs of an encryption context are sorted, because their order has no meaning. */
function additionalData(head: Buffer, context: EncryptionContext): Buffer {
  const pairs = Object.entries(context ?? {}).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Buffer.concat([head, Buffer.from(JSON.stringify(pairs))]);
}

function secretsOf(key: KmsKey): readonly Buffer[] {
  return key.material.kind === "symmetric" ? key.material.secrets : [];
}
