import {
  constants,
  createPublicKey,
  privateEncrypt,
  publicDecrypt,
  sign,
  timingSafeEqual,
  verify,
  type KeyObject,
  type SigningOptions,
} from "node:crypto";
import type { SigningAlgorithmSpec } from "@aws-sdk/client-kms";
import { signDigestEcdsa, verifyDigestEcdsa } from "./ecdsaDigest";
import { encodePss, verifyPss } from "./pss";

/** The data to sign: a whole message, or its digest computed by the caller. */
export interface Message {
  readonly bytes: Uint8Array;
  readonly isDigest: boolean;
}

/** DER of `DigestInfo` up to the digest (RFC 8017, section 9.2, note 1), by hash. */
const DIGEST_INFO: Record<string, string> = {
  sha256: "3031300d060960864801650304020105000420",
  sha384: "3041300d060960864801650304020205000430",
  sha512: "3051300d060960864801650304020305000440",
};

/** Returns the length of the algorithm's digest in bytes. */
export function digestLength(algorithm: SigningAlgorithmSpec): number {
  return Number(/SHA_(\d+)$/.exec(algorithm)?.[1] ?? 0) / 8;
}

/** Signs as KMS does: PKCS #1 v1.5 or PSS (salt as long as the digest) for RSA, DER for ECDSA. */
export function makeSignature(
  privateKey: KeyObject,
  algorithm: SigningAlgorithmSpec,
  { bytes, isDigest }: Message,
): Buffer {
  const hash = hashOf(algorithm);
  if (!isDigest) return sign(hash, bytes, { key: privateKey, ...padding(algorithm) });
  // Node signs messages but not digests, so the digest modes are built from their parts.
  if (algorithm.startsWith("ECDSA")) return signDigestEcdsa(privateKey, bytes);
  if (algorithm.startsWith("RSASSA_PKCS1"))
    return privateEncrypt(
      { key: privateKey, padding: constants.RSA_PKCS1_PADDING },
      Buffer.concat([Buffer.from(DIGEST_INFO[hash], "hex"), bytes]),
    );
  return privateEncrypt(
    { key: privateKey, padding: constants.RSA_NO_PADDING },
    encodePss(bytes, hash, modulusBits(privateKey)),
  );
}

/** Checks whether the signature was made with the key; never throws for invalid bytes. */
export function verifySignature(
  privateKey: KeyObject,
  algorithm: SigningAlgorithmSpec,
  { bytes, isDigest }: Message,
  signature: Uint8Array,
): boolean {
  const hash = hashOf(algorithm);
  const publicKey = createPublicKey(privateKey);
  try {
    if (!isDigest) return verify(hash, bytes, { key: publicKey, ...padding(algorithm) }, signature);
    if (algorithm.startsWith("ECDSA")) return verifyDigestEcdsa(privateKey, bytes, signature);
    if (algorithm.startsWith("RSASSA_PKCS1")) {
      const signed = publicDecrypt(
        { key: publicKey, padding: constants.RSA_PKCS1_PADDING },
        signature,
      );
      return equal(signed, Buffer.concat([Buffer.from(DIGEST_INFO[hash], "hex"), bytes]));
    }
    const encoded = publicDecrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, signature);
    return verifyPss(encoded, bytes, hash, modulusBits(privateKey));
  } catch {
    return false;
  }
}

function hashOf(algorithm: SigningAlgorithmSpec): string {
  return `sha${digestLength(algorithm) * 8}`;
}

function padding(algorithm: SigningAlgorithmSpec): SigningOptions {
  if (algorithm.startsWith("RSASSA_PSS"))
    return {
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    };
  return algorithm.startsWith("RSASSA_PKCS1") ? { padding: constants.RSA_PKCS1_PADDING } : {};
}

function modulusBits(key: KeyObject): number {
  return key.asymmetricKeyDetails?.modulusLength ?? 0;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
