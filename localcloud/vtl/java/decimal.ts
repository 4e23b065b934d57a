import { TemplateError } from "../templateError";

/** Not a limit of Java: larger powers of ten would fill the memory, and templates do not need them. */
const MAX_POWER = 100_000;

/** More decimal places than a Java int can count, so that every position of a digit becomes a positive number. */
const PLACES = 2 ** 33;

/** java.math.BigDecimal, the type of JSON numbers with a fraction and more than 17 digits. */
export class JavaDecimal {
  constructor(
    readonly unscaled: bigint,
    readonly scale: number,
  ) {}

  toNumber(): number {
    return Number(`${this.unscaled}e${-this.scale}`);
  }

  toBigInt(): bigint {
    return this.scale <= 0
      ? this.unscaled * powerOfTen(-this.scale)
      : this.unscaled / powerOfTen(this.scale);
  }

  /**
   * Returns a number that grows with the size of the value: 0 for zero, else the signed position of its first digit.
   */
  private magnitude(): number {
    if (this.unscaled === 0n) return 0;
    const negative = this.unscaled < 0n;
    const place = this.unscaled.toString().length - (negative ? 1 : 0) - this.scale;
    const size = place + PLACES;
    return negative ? -size : size;
  }

  /** Returns the text of BigDecimal.toString: plain for a small exponent, else scientific. */
  toText(): string {
    const negative = this.unscaled < 0n;
    const digits = (negative ? -this.unscaled : this.unscaled).toString();
    const sign = negative ? "-" : "";
    const exponent = digits.length - 1 - this.scale;
    if (this.scale >= 0 && exponent >= -6) {
      if (this.scale === 0) return sign + digits;
      const padded = digits.padStart(this.scale + 1, "0");
      return `${sign}${padded.slice(0, -this.scale)}.${padded.slice(-this.scale)}`;
    }
    const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
    return `${sign}${mantissa}E${exponent > 0 ? "+" : ""}${exponent}`;
  }

  plus(other: JavaDecimal): JavaDecimal {
    const [left, right, scale] = align(this, other);
    return new JavaDecimal(left + right, scale);
  }

  minus(other: JavaDecimal): JavaDecimal {
    return this.plus(new JavaDecimal(-other.unscaled, other.scale));
  }

  times(other: JavaDecimal): JavaDecimal {
    return new JavaDecimal(this.unscaled * other.unscaled, this.scale + other.scale);
  }

  /** Divides at this value's scale and rounds half down, as Velocity does with BigDecimal. */
  dividedBy(other: JavaDecimal): JavaDecimal {
    const shift = powerOfTen(Math.abs(other.scale));
    const grown = other.scale >= 0 ? shift : 1n;
    const divisor = other.unscaled * (other.scale >= 0 ? 1n : shift);
    const dividend = this.unscaled * grown;
    const quotient = dividend / divisor;
    const rest = dividend % divisor;
    const roundUp = 2n * magnitude(rest) > magnitude(divisor);
    const away = dividend < 0n === divisor < 0n ? 1n : -1n;
    return new JavaDecimal(roundUp ? quotient + away : quotient, this.scale);
  }

  compareTo(other: JavaDecimal): number {
    const [one, another] = [this.magnitude(), other.magnitude()];
    // Numbers of different magnitude are not brought to one scale, which could use all the memory.
    if (one !== another) return one < another ? -1 : 1;
    const [left, right] = align(this, other);
    return left < right ? -1 : left > right ? 1 : 0;
  }
}

/** Parses Java's decimal syntax, which JSON and Velocity share; an exponent is a Java int. */
export function parseDecimal(text: string): JavaDecimal {
  const [mantissa = "", exponent = "0"] = text.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const scale = fraction.length - Number(exponent);
  if (scale !== (scale | 0)) throw new TemplateError(`NumberFormatException: ${text}`);
  return new JavaDecimal(BigInt(whole + fraction), scale);
}

/** Returns the exact value of a double, like `new BigDecimal(double)`. */
export function decimalOf(double: number): JavaDecimal {
  let scale = 0;
  let value = double;
  // A finite double is an integer after at most 1074 doublings; each doubling is half of a step by ten.
  while (!Number.isInteger(value)) {
    value *= 2;
    scale++;
  }
  return new JavaDecimal(BigInt(value) * 5n ** BigInt(scale), scale);
}

function align(left: JavaDecimal, right: JavaDecimal): [bigint, bigint, number] {
  const scale = Math.max(left.scale, right.scale);
  const raise = (value: JavaDecimal) => value.unscaled * powerOfTen(scale - value.scale);
  return [raise(left), raise(right), scale];
}

function powerOfTen(exponent: number): bigint {
  if (exponent > MAX_POWER)
    throw new TemplateError(`ArithmeticException: a number of more than ${MAX_POWER} digits`);
  return 10n ** BigInt(exponent);
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
