import { TemplateError } from "../templateError";
import { compareNumbers } from "./arithmetic";
import { JavaDecimal } from "./decimal";
import { numberClass } from "./equality";
import {
  fromBigInt,
  isLong,
  isNumber,
  JavaDouble,
  numberText,
  toDouble,
  toInt,
  toWhole,
} from "./number";
import { objectMethods } from "./objectMethods";
import { type JavaNumber, type JavaValue, type Methods, methodTable, overload } from "./value";

const MAX_INTEGER_DIGITS = 10;

const numberMethods = methodTable(
  {
    intValue: [overload([], (self: JavaNumber) => toInt(self))],
    longValue: [overload([], (self: JavaNumber) => BigInt.asIntN(64, toWhole(self)))],
    doubleValue: [overload([], (self: JavaNumber) => new JavaDouble(toDouble(self)))],
    compareTo: [
      overload(["Object"], (self: JavaNumber, other: JavaValue) => {
        if (other === null) throw new TemplateError("NullPointerException: compareTo(null)");
        if (!isNumber(other) || numberClass(other) !== numberClass(self)) {
          throw new TemplateError("ClassCastException: compareTo of another class");
        }
        return compareNumbers(self, other);
      }),
    ],
  },
  objectMethods,
  ["byteValue", "shortValue", "floatValue"],
);

const integerMethods = methodTable(
  {
    parseInt: [overload(["String"], (_self: number, text: string) => parseInteger(text, 32))],
    valueOf: [
      overload(["String"], (_self: number, text: string) => parseInteger(text, 32)),
      overload(["int"], (_self: number, value: number) => value),
    ],
    toString: [
      overload([], (self: number) => numberText(self)),
      overload(["int"], (_self: number, value: number) => numberText(value)),
    ],
    max: [overload(["int", "int"], (_self: number, a: number, b: number) => Math.max(a, b))],
    min: [overload(["int", "int"], (_self: number, a: number, b: number) => Math.min(a, b))],
    sum: [overload(["int", "int"], (_self: number, a: number, b: number) => (a + b) | 0)],
    toHexString: [overload(["int"], (_self: number, value: number) => (value >>> 0).toString(16))],
    toBinaryString: [
      overload(["int"], (_self: number, value: number) => (value >>> 0).toString(2)),
    ],
  },
  numberMethods,
  ["bitCount", "compare", "decode", "parseUnsignedInt", "reverse", "signum", "toOctalString"],
);

const longMethods = methodTable(
  {
    parseLong: [overload(["String"], (_self: bigint, text: string) => parseInteger(text, 64))],
    valueOf: [overload(["String"], (_self: bigint, text: string) => parseInteger(text, 64))],
  },
  numberMethods,
  ["bitCount", "compare", "decode", "max", "min", "sum", "toHexString", "toBinaryString"],
);

const doubleMethods = methodTable(
  {
    parseDouble: [overload(["String"], (_self: JavaDouble, text: string) => parseDouble(text))],
    valueOf: [overload(["String"], (_self: JavaDouble, text: string) => parseDouble(text))],
    isNaN: [overload([], (self: JavaDouble) => Number.isNaN(self.value))],
    isInfinite: [overload([], (self: JavaDouble) => Math.abs(self.value) === Infinity)],
  },
  numberMethods,
  ["compare", "max", "min", "sum", "isFinite", "toHexString"],
);

const wideMethods = methodTable({}, numberMethods, [
  "add",
  "subtract",
  "multiply",
  "divide",
  "mod",
  "remainder",
  "negate",
  "abs",
  "pow",
  "setScale",
  "toPlainString",
]);

export const booleanMethods = methodTable(
  {
    booleanValue: [overload([], (self: boolean) => self)],
    parseBoolean: [
      overload(["String"], (_self: boolean, text: string | null) => text?.toLowerCase() === "true"),
    ],
    valueOf: [
      overload(["String"], (_self: boolean, text: string | null) => text?.toLowerCase() === "true"),
    ],
  },
  objectMethods,
  ["compareTo", "compare", "logicalAnd", "logicalOr", "logicalXor"],
);

export function methodsOfNumber(value: JavaNumber): Methods {
  if (typeof value === "number") return integerMethods;
  if (value instanceof JavaDouble) return doubleMethods;
  if (value instanceof JavaDecimal || !isLong(value)) return wideMethods;
  return longMethods;
}

/**
 * Parses like Integer.parseInt and Long.parseLong: only a sign and digits; the result's type depends on the method.
 */
function parseInteger(text: string | null, bits: 32 | 64): JavaNumber {
  const digits = /^[+-]?\d+$/.test(text ?? "")
    ? BigInt((text ?? "").replace(/^\+/, ""))
    : undefined;
  if (digits === undefined || BigInt.asIntN(bits, digits) !== digits) {
    throw new TemplateError(`NumberFormatException: For input string: "${text}"`);
  }
  return bits === 32 && digits.toString().length <= MAX_INTEGER_DIGITS + 1
    ? fromBigInt(digits)
    : digits;
}

function parseDouble(text: string | null): JavaDouble {
  const trimmed = (text ?? "").trim();
  if (
    !/^[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|NaN|Infinity)[dDfF]?$/.test(
      trimmed,
    )
  ) {
    throw new TemplateError(`NumberFormatException: For input string: "${text}"`);
  }
  return new JavaDouble(Number(trimmed.replace(/[dDfF]$/, "")));
}
