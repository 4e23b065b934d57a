import { JavaCollection, JavaMapping } from "../java/collections";
import { type JavaDecimal, parseDecimal } from "../java/decimal";
import { javaEquals } from "../java/equality";
import { hasMatch } from "../java/boundedMatch";
import { isNumber, numberText } from "../java/number";
import { toText } from "../java/text";
import { type JavaNumber, type JavaValue } from "../java/value";
import { TemplateError } from "../templateError";
import { type Condition, type Operand, type Path } from "./path";

/** Returns the value at a path in a filter; undefined if there is none. */
export type Lookup = (path: Path) => JavaValue | undefined;

/**
 * Thrown where Jayway's nodes throw for a conversion that their type does not support; the filter then excludes the
 * item.
 */
export class IncomputableCondition extends Error {}

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

/** https://github.com/json-path/JsonPath/blob/json-path-2.9.0/json-path/src/main/java/com/jayway/jsonpath/internal/filter/EvaluatorFactory.java */
function compare(operator: string, left: Operand, right: Operand, lookup: Lookup): boolean {
  if (operator === "=~") return matches(left, right, lookup);
  const a = valueOf(left, lookup);
  const b = valueOf(right, lookup);
  switch (operator) {
    case "==":
      return isEqual(a, b);
    case "!=":
      return !isEqual(a, b);
    case "===":
      return kindOf(a) === kindOf(b) && isEqual(a, b);
    case "!==":
      return !(kindOf(a) === kindOf(b) && isEqual(a, b));
    case "<":
      return order(a, b) < 0;
    case "<=":
      return order(a, b) <= 0;
    case ">":
      return order(a, b) > 0;
    case ">=":
      return order(a, b) >= 0;
    case "in":
      return isIn(a, b);
    case "nin":
      return !isIn(a, b);
    case "contains":
      if (typeof a === "string") return typeof b === "string" && a.includes(b);
      return a instanceof JavaCollection && has(a.items, b);
    case "size":
      return isNumeric(b) && sizeOf(a) === Number(toText(b));
    case "empty":
      return isEmpty(a, b);
    case "all": {
      const wanted = listOf(b) ?? [];
      return (
        isJson(a) && wanted.every((item) => !(a instanceof JavaCollection) || has(a.items, item))
      );
    }
    case "subsetof":
      return relate(a, b, (one, other) => one.every((item) => has(other, item)));
    case "anyof":
      return relate(a, b, (one, other) => one.some((item) => has(other, item)));
    case "noneof":
      return relate(a, b, (one, other) => !one.some((item) => has(other, item)));
    default:
      throw new TemplateError(`The local cloud does not support ${operator} in a JSONPath filter`);
  }
}

type Operated = JavaValue | undefined;

function valueOf(operand: Operand, lookup: Lookup): Operated {
  if (operand.type === "path") return lookup(operand.path);
  return operand.type === "literal" ? operand.value : undefined;
}

/**
 * Matches a pattern on one side. For a list, any of its strings may match; a value that is not a string counts as
 * empty.
 */
function matches(left: Operand, right: Operand, lookup: Lookup): boolean {
  const [pattern, other] = left.type === "pattern" ? [left, right] : [right, left];
  if (pattern.type !== "pattern" || other.type === "pattern") return false;
  const value = valueOf(other, lookup);
  const texts = value instanceof JavaCollection ? value.items : [value];
  return texts.some((text) => hasMatch(pattern.pattern, matchedText(text)));
}

function matchedText(value: Operated): string {
  if (typeof value === "boolean" || typeof value === "string") return String(value);
  return isNumeric(value) ? numberText(value) : "";
}

/**
 * Compares for equality. Numbers compare by value, a number and a string in the type of the left side; a missing
 * value equals nothing, and within lists and maps Java's own equality applies.
 * https://github.com/json-path/JsonPath/blob/json-path-2.9.0/json-path/src/main/java/com/jayway/jsonpath/internal/filter/ValueNodes.java
 */
function isEqual(a: Operated, b: Operated): boolean {
  if (a === undefined || b === undefined) return false;
  if (isNumeric(a)) {
    const other = isNumeric(b) ? decimalOf(b) : typeof b === "string" ? readDecimal(b) : undefined;
    return other !== undefined && decimalOf(a).compareTo(other) === 0;
  }
  if (typeof a === "string" && isNumeric(b)) return a === decimalOf(b).toText();
  return javaEquals(a, b);
}

/** Returns the order; NaN, which makes every comparison false, unless both are numbers or both are strings. */
function order(a: Operated, b: Operated): number {
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  return isNumeric(a) && isNumeric(b) ? decimalOf(a).compareTo(decimalOf(b)) : Number.NaN;
}

function isIn(a: Operated, b: Operated): boolean {
  const list = listOf(b);
  return list !== undefined && has(list, a);
}

function relate(
  a: Operated,
  b: Operated,
  holdsFor: (one: readonly JavaValue[], other: readonly JavaValue[]) => boolean,
): boolean {
  const other = listOf(b);
  const one = other && listOf(a);
  return one !== undefined && holdsFor(one, other ?? []);
}

function has(list: readonly JavaValue[], wanted: Operated): boolean {
  return list.some((item) => isEqual(item, wanted));
}

/** Returns the items of a list, undefined for a map; throws for other values. */
function listOf(value: Operated): readonly JavaValue[] | undefined {
  if (value instanceof JavaCollection) return value.items;
  if (value instanceof JavaMapping) return undefined;
  throw new IncomputableCondition();
}

/** Returns the characters of a string or the items of a list; Jayway does not count the members of a map here. */
function sizeOf(value: Operated): number | undefined {
  if (typeof value === "string") return value.length;
  return value instanceof JavaCollection ? value.items.length : undefined;
}

function isEmpty(value: Operated, wanted: Operated): boolean {
  const size = value instanceof JavaMapping ? value.entries.size : sizeOf(value);
  if (size === undefined) return false;
  if (typeof wanted !== "boolean") throw new IncomputableCondition();
  return (size === 0) === wanted;
}

function isJson(value: Operated): value is JavaCollection | JavaMapping {
  return value instanceof JavaCollection || value instanceof JavaMapping;
}

/** Returns the class of Jayway's node for the value. */
function kindOf(value: Operated): string {
  if (value === null || value === undefined) return String(value);
  return isNumeric(value) ? "number" : typeof value;
}

function isNumeric(value: Operated): value is JavaNumber {
  return value !== undefined && isNumber(value);
}

/** Returns `new BigDecimal(number.toString())`: 8.95 is exact. */
function decimalOf(value: JavaNumber): JavaDecimal {
  const text = numberText(value);
  if (!/\d/.test(text)) throw new TemplateError(`NumberFormatException: ${text}`);
  return parseDecimal(text);
}

function readDecimal(text: string): JavaDecimal | undefined {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? parseDecimal(text) : undefined;
}
