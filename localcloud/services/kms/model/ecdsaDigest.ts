import { createECDH, randomBytes, type KeyObject } from "node:crypto";

/** Order of each curve's base point (SEC 2, version 2.0). */
const ORDERS: Readonly<Record<string, bigint>> = {
  prime256v1: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  secp256k1: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
  secp384r1:
    0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  secp521r1:
    0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
};

/** Signs a digest (FIPS 186-5, section 6.4.1). Node has no function for it, so ECDH computes k times G. */
export function signDigestEcdsa(privateKey: KeyObject, digest: Uint8Array): Buffer {
  const { curve, order, secret } = parts(privateKey);
  const z = leftmostBits(digest, order);
  for (;;) {
    const k = (toBigInt(randomBytes(byteLength(order) + 8)) % (order - 1n)) + 1n;
    const r = xOfMultiple(curve, k, order);
    const s = mod(inverse(k, order) * (z + r * secret), order);
    if (r !== 0n && s !== 0n) return encodeDer(r, s);
  }
}

/**
 * Verifies a signature of a digest. With the private key the nonce can be computed from s, and the signature is valid
 * exactly if that nonce gives r; no point addition is needed.
 */
export function verifyDigestEcdsa(
  privateKey: KeyObject,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const { curve, order, secret } = parts(privateKey);
  const { r, s } = decodeDer(Buffer.from(signature));
  if (r <= 0n || r >= order || s <= 0n || s >= order) return false;
  const k = mod(inverse(s, order) * (leftmostBits(digest, order) + r * secret), order);
  return k !== 0n && xOfMultiple(curve, k, order) === r;
}

function parts(privateKey: KeyObject): { curve: string; order: bigint; secret: bigint } {
  const curve = privateKey.asymmetricKeyDetails?.namedCurve ?? "";
  const { d } = privateKey.export({ format: "jwk" });
  if (typeof d !== "string" || ORDERS[curve] === undefined)
    throw new Error(`not an elliptic curve key that KMS has: ${curve}`);
  return { curve, order: ORDERS[curve], secret: toBigInt(Buffer.from(d, "base64url")) };
}

function xOfMultiple(curve: string, k: bigint, order: bigint): bigint {
  const ecdh = createECDH(curve);
  ecdh.setPrivateKey(toBytes(k, byteLength(order)));
  const point = ecdh.getPublicKey();
  return mod(toBigInt(point.subarray(1, 1 + (point.length - 1) / 2)), order);
}

function leftmostBits(digest: Uint8Array, order: bigint): bigint {
  const excess = digest.length * 8 - order.toString(2).length;
  const value = toBigInt(digest);
  return excess > 0 ? value >> BigInt(excess) : value;
}

/** Returns the modular inverse by the extended Euclidean algorithm. */
function inverse(value: bigint, order: bigint): bigint {
  let [a, b, x, y] = [mod(value, order), order, 1n, 0n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  return mod(x, order);
}

function encodeDer(r: bigint, s: bigint): Buffer {
  const body = Buffer.concat([derInteger(r), derInteger(s)]);
  return Buffer.concat([Buffer.from([0x30]), derLength(body.length), body]);
}

function derInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 ? `0${hex}` : hex, "hex");
  const signed = bytes[0] & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
  return Buffer.concat([Buffer.from([0x02]), derLength(signed.length), signed]);
}

function derLength(length: number): Buffer {
  return Buffer.from(length < 0x80 ? [length] : [0x81, length]);
}

function decodeDer(bytes: Buffer): { r: bigint; s: bigint } {
  const start = bytes[1] === 0x81 ? 3 : 2;
  const first = readInteger(bytes, start);
  const second = readInteger(bytes, first.end);
  if (bytes[0] !== 0x30 || second.end !== bytes.length) throw new Error("not a DER signature");
  return { r: first.value, s: second.value };
}

function readInteger(bytes: Buffer, at: number): { value: bigint; end: number } {
  const end = at + 2 + bytes[at + 1];
  if (bytes[at] !== 0x02 || end > bytes.length) throw new Error("not a DER integer");
  return { value: toBigInt(bytes.subarray(at + 2, end)), end };
}

function toBigInt(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

function toBytes(value: bigint, length: number): Buffer {
  return Buffer.from(value.toString(16).padStart(length * 2, "0"), "hex");
}

function byteLength(order: bigint): number {
  return Math.ceil(order.toString(2).length / 8);
}

function mod(value: bigint, order: bigint): bigint {
  return ((value % order) + order) % order;
}
