import { randomBytes, timingSafeEqual } from "node:crypto";
import { digest } from "./digest";

/** EMSA-PSS-ENCODE of a digest (RFC 8017, section 9.1.1); the salt is as long as the digest. */
export function encodePss(messageDigest: Uint8Array, hash: string, modulusBits: number): Buffer {
  const { length, freeBits } = shape(modulusBits);
  const salt = randomBytes(messageDigest.length);
  const h = digest(hash, Buffer.alloc(8), messageDigest, salt);
  const db = Buffer.alloc(length - h.length - 1);
  db[db.length - salt.length - 1] = 1;
  salt.copy(db, db.length - salt.length);
  const masked = xor(db, mask(h, db.length, hash));
  masked[0] &= 0xff >> freeBits;
  return Buffer.concat([masked, h, Buffer.from([0xbc])]);
}

/** EMSA-PSS-VERIFY (RFC 8017, section 9.1.2). */
export function verifyPss(
  encoded: Uint8Array,
  messageDigest: Uint8Array,
  hash: string,
  modulusBits: number,
): boolean {
  const { length, freeBits } = shape(modulusBits);
  const bytes = Buffer.from(encoded);
  if (bytes.length !== length || bytes[length - 1] !== 0xbc) return false;
  const h = bytes.subarray(length - 1 - messageDigest.length, length - 1);
  const masked = bytes.subarray(0, length - 1 - messageDigest.length);
  const db = xor(masked, mask(h, masked.length, hash));
  db[0] &= 0xff >> freeBits;
  const zeros = db.length - messageDigest.length - 1;
  if (db.subarray(0, zeros).some((byte) => byte !== 0) || db[zeros] !== 1) return false;
  return timingSafeEqual(h, digest(hash, Buffer.alloc(8), messageDigest, db.subarray(zeros + 1)));
}

/** Returns the length of the encoding: it has one bit less than the modulus; the bits above it are zero. */
function shape(modulusBits: number): { length: number; freeBits: number } {
  const length = Math.ceil((modulusBits - 1) / 8);
  return { length, freeBits: 8 * length - (modulusBits - 1) };
}

/** MGF1 (RFC 8017, appendix B.2.1). */
function mask(seed: Uint8Array, length: number, hash: string): Buffer {
  const blocks: Buffer[] = [];
  for (let counter = 0, made = 0; made < length; counter++) {
    const suffix = Buffer.alloc(4);
    suffix.writeUInt32BE(counter);
    const block = digest(hash, seed, suffix);
    blocks.push(block);
    made += block.length;
  }
  return Buffer.concat(blocks).subarray(0, length);
}

function xor(a: Uint8Array, b: Uint8Array): Buffer {
  return Buffer.from(a.map((byte, index) => byte ^ b[index]));
}
