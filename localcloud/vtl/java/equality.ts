import { compareNumbers } from "./arithmetic";
import { JavaDecimal } from "./decimal";
import { isLong, isNumber, JavaDouble } from "./number";
import { toText } from "./text";
import { JavaObject, type JavaNumber, type JavaValue } from "./value";

/** Compares like Java's `equals`: 1, 1L and 1.0 are different. */
export function javaEquals(left: JavaValue, right: JavaValue): boolean {
  if (left === right) return true;
  if (left === null || right === null) return false;
  if (left instanceof JavaObject) return left.equals(right);
  if (isNumber(left) && isNumber(right)) {
    return numberClass(left) === numberClass(right) && compareNumbers(left, right) === 0;
  }
  return false;
}

/** Compares like Velocity 1.7's `==`: numbers by value, objects of one class by `equals`, all others by text. */
export function velocityEquals(left: JavaValue, right: JavaValue): boolean {
  if (isNumber(left) && isNumber(right)) return compareNumbers(left, right) === 0;
  if (left === null || right === null) return left === right;
  if (isComparable(left, right)) return javaEquals(left, right);
  return toText(left) === toText(right);
}

function isComparable(left: JavaValue, right: JavaValue): boolean {
  if (left instanceof JavaObject && right instanceof JavaObject) {
    return left instanceof right.constructor || right instanceof left.constructor;
  }
  return typeof left === typeof right;
}

export function numberClass(value: JavaNumber): string {
  if (typeof value === "number") return "java.lang.Integer";
  if (typeof value === "bigint") return isLong(value) ? "java.lang.Long" : "java.math.BigInteger";
  if (value instanceof JavaDecimal) return "java.math.BigDecimal";
  return value instanceof JavaDouble ? "java.lang.Double" : "java.lang.Number";
}
