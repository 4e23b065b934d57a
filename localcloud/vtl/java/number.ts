import { JavaDecimal } from "./decimal";
import { type JavaNumber, type JavaValue } from "./value";

/** java.lang.Double. */
export class JavaDouble {
  constructor(readonly value: number) {}
}

const INTEGER_MIN = -(2n ** 31n);
const INTEGER_MAX = 2n ** 31n - 1n;
const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;

export function isNumber(value: JavaValue): value is JavaNumber {
  const type = typeof value;
  return (
    type === "number" ||
    type === "bigint" ||
    value instanceof JavaDouble ||
    value instanceof JavaDecimal
  );
}

/**
 * Returns the smallest of Integer, Long and BigInteger that can hold the value, as Velocity and json-smart parse
 * literals.
 */
export function fromBigInt(value: bigint): JavaNumber {
  return value >= INTEGER_MIN && value <= INTEGER_MAX ? Number(value) : value;
}

export function isLong(value: bigint): boolean {
  return value >= LONG_MIN && value <= LONG_MAX;
}

export function toDouble(value: JavaNumber): number {
  if (value instanceof JavaDouble) return value.value;
  return value instanceof JavaDecimal ? value.toNumber() : Number(value);
}

/**
 * Converts like `longValue()`/`intValue()` before they cut to 64 or 32 bits: fractions are dropped, infinities
 * saturate.
 */
export function toWhole(value: JavaNumber): bigint {
  if (typeof value === "bigint") return value;
  if (value instanceof JavaDecimal) return value.toBigInt();
  const double = Math.trunc(toDouble(value));
  if (Number.isNaN(double)) return 0n;
  if (double >= 2 ** 63) return LONG_MAX;
  return double <= -(2 ** 63) ? LONG_MIN : BigInt(double);
}

/** Narrows to int like Java: a double saturates, a larger integer keeps the low 32 bits. */
export function toInt(value: JavaNumber): number {
  if (typeof value === "number") return value;
  if (value instanceof JavaDouble) {
    const whole = toWhole(value);
    return Number(whole > INTEGER_MAX ? INTEGER_MAX : whole < INTEGER_MIN ? INTEGER_MIN : whole);
  }
  return Number(BigInt.asIntN(32, toWhole(value)));
}

export function numberText(value: JavaNumber): string {
  if (value instanceof JavaDouble) return doubleText(value.value);
  return value instanceof JavaDecimal ? value.toText() : value.toString();
}

/**
 * Formats like Double.toString: plain from 1.0E-3 up to 1.0E7, scientific otherwise, always with a fraction digit.
 */
export function doubleText(value: number): string {
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  }
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const size = Math.abs(value);
  if (size === 0) return `${sign}0.0`;
  if (size >= 1e-3 && size < 1e7) {
    const plain = size.toString();
    return sign + (plain.includes(".") ? plain : `${plain}.0`);
  }
  const [digits = "", exponent = ""] = size.toExponential().split("e");
  const mantissa = digits.includes(".") ? digits : `${digits}.0`;
  return `${sign}${mantissa}E${exponent.replace("+", "")}`;
}
