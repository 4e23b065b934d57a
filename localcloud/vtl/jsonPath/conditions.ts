import { compareNumbers } from "../java/arithmetic";
import { JavaCollection, JavaMapping } from "../java/collections";
import { parseDecimal } from "../java/decimal";
import { velocityEquals } from "../java/equality";
import { isNumber } from "../java/number";
import { toText } from "../java/text";
import { type JavaNumber, type JavaValue } from "../java/value";
import { TemplateError } from "../templateError";
import { type Condition, type Operand, type Path } from "./path";

/** Finds what a path of a filter points to; undefined when it points to nothing. */
export type Lookup = (path: Path) => JavaValue | undefined;

export function holds(condition: Condition, lookup: Lookup): boolean {
  switch (condition.type) {
    case "or":
      return condition.parts.some((part) => holds(part, lookup));
    case "and":
      return condition.parts.every((part) => holds(part, lookup));
    case "not":
      return !holds(condition.part, lookup);
    case "exists":
      return lookup(condition.path) !== undefined;
    case "compare":
      return compare(condition.operator, condition.left, condition.right, lookup);
  }
}

function compare(operator: string, left: Operand, right: Operand, lookup: Lookup): boolean {
  if (operator === "=~") return matches(left, right, lookup) || matches(right, left, lookup);
  const a = valueOf(left, lookup);
  const b = valueOf(right, lookup);
  if (operator === "!=") return !isEqual(a, b);
  if (a === undefined || b === undefined) return operator === "==" && a === b;
  switch (operator) {
    case "==":
      return isEqual(a, b);
    case "<":
      return order(a, b) < 0;
    case "<=":
      return order(a, b) <= 0;
    case ">":
      return order(a, b) > 0;
    case ">=":
      return order(a, b) >= 0;
    case "in":
      return items(b).some((item) => isEqual(a, item));
    case "nin":
      return !items(b).some((item) => isEqual(a, item));
    case "contains":
      return typeof a === "string"
        ? a.includes(toText(b))
        : items(a).some((item) => isEqual(item, b));
    case "size":
      return isNumber(b) && sizeOf(a) === Number(toText(b));
    case "empty":
      return (sizeOf(a) === 0) === b;
    case "all":
      return items(b).every((item) => items(a).some((held) => isEqual(held, item)));
    case "subsetof":
      return items(a).every((item) => items(b).some((held) => isEqual(held, item)));
    case "anyof":
      return items(a).some((item) => items(b).some((held) => isEqual(held, item)));
    case "noneof":
      return !items(a).some((item) => items(b).some((held) => isEqual(held, item)));
    default:
      throw new TemplateError(`The local cloud does not support ${operator} in a JSONPath filter`);
  }
}

function valueOf(operand: Operand, lookup: Lookup): JavaValue | undefined {
  if (operand.type === "path") return lookup(operand.path);
  return operand.type === "literal" ? operand.value : undefined;
}

function matches(text: Operand, pattern: Operand, lookup: Lookup): boolean {
  if (pattern.type !== "pattern") return false;
  const value = valueOf(text, lookup);
  return value !== undefined && value !== null && pattern.pattern.test(toText(value));
}

/** A number equals the string that spells it: Jayway compares either as the type of the left side. */
function isEqual(a: JavaValue | undefined, b: JavaValue | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (isNumber(a) !== isNumber(b) && (typeof a === "string" || typeof b === "string")) {
    return order(a, b) === 0;
  }
  return typeof a === typeof b && velocityEquals(a, b);
}

/** NaN, which no comparison holds for, when the two have no order. */
function order(a: JavaValue, b: JavaValue): number {
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  const left = asNumber(a);
  const right = asNumber(b);
  return left === undefined || right === undefined ? Number.NaN : compareNumbers(left, right);
}

function asNumber(value: JavaValue): JavaNumber | undefined {
  if (value !== null && isNumber(value))
    return isWhole(value) ? value : parseDecimal(toText(value));
  const text = typeof value === "string" ? value : "";
  return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? parseDecimal(text) : undefined;
}

function isWhole(value: JavaNumber): boolean {
  return typeof value === "number" || typeof value === "bigint";
}

function items(value: JavaValue): readonly JavaValue[] {
  return value instanceof JavaCollection ? value.items : [];
}

function sizeOf(value: JavaValue): number | undefined {
  if (typeof value === "string") return value.length;
  if (value instanceof JavaCollection) return value.items.length;
  return value instanceof JavaMapping ? value.entries.size : undefined;
}
