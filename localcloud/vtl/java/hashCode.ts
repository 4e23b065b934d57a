import { JavaCollection, JavaMapping } from "./collections";
import { isLong, isNumber, JavaDouble, toInt, toWhole } from "./number";
import { type JavaNumber, type JavaValue } from "./value";

/** Returns Java's hashCode for values that a template can contain; objects without their own give 0. */
export function hashCode(value: JavaValue): number {
  if (value === null) return 0;
  if (typeof value === "string") return stringHash(value);
  if (typeof value === "boolean") return value ? 1231 : 1237;
  if (isNumber(value)) return numberHash(value);
  if (value instanceof JavaCollection) {
    return value.items.reduce<number>((hash, item) => (31 * hash + hashCode(item)) | 0, 1);
  }
  if (value instanceof JavaMapping) {
    let sum = 0;
    for (const [key, item] of value.entries) sum = (sum + (hashCode(key) ^ hashCode(item))) | 0;
    return sum;
  }
  return 0;
}

function stringHash(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(31, hash) + text.charCodeAt(i)) | 0;
  return hash;
}

function numberHash(value: JavaNumber): number {
  if (typeof value === "number") return value;
  if (value instanceof JavaDouble) {
    const bits = new DataView(new ArrayBuffer(8));
    bits.setFloat64(0, value.value);
    return bits.getInt32(0) ^ bits.getInt32(4);
  }
  const whole = toWhole(value);
  if (!isLong(whole)) return bigIntegerHash(whole);
  return toInt(BigInt.asIntN(32, whole ^ (BigInt.asUintN(64, whole) >> 32n)));
}

/** Hashes the 32-bit words of the magnitude, highest first. */
function bigIntegerHash(value: bigint): number {
  let hash = 0;
  const words = (value < 0n ? -value : value).toString(16);
  for (let end = words.length % 8 || 8; end <= words.length; end += 8) {
    const word = Number.parseInt(words.slice(Math.max(0, end - 8), end), 16);
    hash = (Math.imul(31, hash) + word) | 0;
  }
  return value < 0n ? -hash | 0 : hash;
}
