import { TemplateError } from "../templateError";
import { decimalOf, JavaDecimal } from "./decimal";
import { fromBigInt, isLong, JavaDouble, toDouble, toWhole } from "./number";
import { type JavaNumber } from "./value";

/** The operators `+ - * / %` of Velocity's MathUtils; a division by zero gives null. */
export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%";

/** Calculates in the larger of the two types; an overflow of Integer gives a Long, of Long a BigInteger. */
export function calculate(
  operator: ArithmeticOperator,
  left: JavaNumber,
  right: JavaNumber,
): JavaNumber | null {
  if ((operator === "/" || operator === "%") && isZero(right)) return null;
  if (isDecimalCalculation(left, right)) {
    return decimals(operator, toDecimal(left), toDecimal(right));
  }
  if (left instanceof JavaDouble || right instanceof JavaDouble) {
    return new JavaDouble(doubles(operator, toDouble(left), toDouble(right)));
  }
  if (typeof left === "number" && typeof right === "number") return integers(operator, left, right);
  return calculateIntegers(operator, left, right);
}

/** Returns -1, 0 or 1 by value, whatever the types. */
export function compareNumbers(left: JavaNumber, right: JavaNumber): number {
  if (isDecimalCalculation(left, right)) return toDecimal(left).compareTo(toDecimal(right));
  if (left instanceof JavaDouble || right instanceof JavaDouble) {
    return compare(toDouble(left), toDouble(right));
  }
  return left < right ? -1 : left > right ? 1 : 0;
}

function compare(left: number, right: number): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function integers(operator: ArithmeticOperator, left: number, right: number): JavaNumber {
  // The product of two 32-bit factors can exceed the exact range of a double.
  if (operator === "*") return fromBigInt(BigInt(left) * BigInt(right));
  const result = doubles(operator, left, right);
  const whole = operator === "/" ? Math.trunc(result) : result;
  return fromSafeInteger(whole);
}

function fromSafeInteger(value: number): JavaNumber {
  return value === (value | 0) ? value | 0 : BigInt(value);
}

function calculateIntegers(
  operator: ArithmeticOperator,
  left: JavaNumber,
  right: JavaNumber,
): bigint {
  const a = toWhole(left);
  const b = toWhole(right);
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return isLong(a) && isLong(b) ? a % b : modulo(a, b);
  }
}

/** Calculates BigInteger.mod: never negative; a negative modulus is an error. */
function modulo(a: bigint, b: bigint): bigint {
  if (b < 0n) throw new TemplateError("ArithmeticException: BigInteger: modulus not positive");
  return ((a % b) + b) % b;
}

function doubles(operator: ArithmeticOperator, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "%":
      return left % right;
  }
}

function decimals(
  operator: ArithmeticOperator,
  left: JavaDecimal,
  right: JavaDecimal,
): JavaDecimal {
  switch (operator) {
    case "+":
      return left.plus(right);
    case "-":
      return left.minus(right);
    case "*":
      return left.times(right);
    case "/":
      return left.dividedBy(right);
    case "%":
      throw new TemplateError("ArithmeticException: Cannot calculate the modulo of BigDecimals.");
  }
}

/** Checks for a BigDecimal on either side, or a BigInteger combined with a fraction. */
function isDecimalCalculation(left: JavaNumber, right: JavaNumber): boolean {
  if (left instanceof JavaDecimal || right instanceof JavaDecimal) return true;
  const fraction = left instanceof JavaDouble || right instanceof JavaDouble;
  return fraction && (isBigInteger(left) || isBigInteger(right));
}

function isBigInteger(value: JavaNumber): boolean {
  return typeof value === "bigint" && !isLong(value);
}

function toDecimal(value: JavaNumber): JavaDecimal {
  if (value instanceof JavaDecimal) return value;
  if (isBigInteger(value)) return new JavaDecimal(toWhole(value), 0);
  const double = toDouble(value);
  if (!Number.isFinite(double)) throw new TemplateError("NumberFormatException: Infinite or NaN");
  return decimalOf(double);
}

function isZero(value: JavaNumber): boolean {
  if (value instanceof JavaDecimal) return value.unscaled === 0n;
  return value instanceof JavaDouble ? value.value === 0 : value === 0 || value === 0n;
}
