import type { WireItem, WireObject } from "./attributeValues";
import { areEqual, compareValues, partsOf } from "./compareValues";
import type { Expression } from "./dynalite";

/** An operand: a path, a value, or a call of `size`. */
type Operand = Expression["args"][number];

/**
 * Checks whether an item meets a condition or filter expression by DynamoDB's rules; dynalite only parses it. A
 * comparison with a missing attribute is never true, not even with another missing one.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
export function meetsCondition(expression: Expression, item: WireItem): boolean {
  const { type, name = "", args } = expression;
  switch (type) {
    case "and":
      return args.every((arg) => meetsCondition(arg as Expression, item));
    case "or":
      return args.some((arg) => meetsCondition(arg as Expression, item));
    case "not":
      return !meetsCondition(args[0] as Expression, item);
  }
  const values = args.map((arg) => valueOf(arg, item));
  return type === "function" ? callFunction(name, values) : compare(type, values);
}

type Value = WireObject | undefined;

function compare(operator: string, [left, ...others]: readonly Value[]): boolean {
  const [right, last] = others;
  const ordered = (one: Value, other: Value, holds: (order: number) => boolean): boolean => {
    const order = one && other && compareValues(one, other);
    return order !== undefined && holds(order);
  };
  switch (operator) {
    case "=":
      return same(left, right);
    case "<>":
      return !same(left, right);
    case "<":
      return ordered(left, right, (order) => order < 0);
    case "<=":
      return ordered(left, right, (order) => order <= 0);
    case ">":
      return ordered(left, right, (order) => order > 0);
    case ">=":
      return ordered(left, right, (order) => order >= 0);
    case "between":
      return (
        ordered(left, right, (order) => order >= 0) && ordered(left, last, (order) => order <= 0)
      );
    case "in":
      return others.some((other) => same(left, other));
    default:
      throw new Error(`The expression parser made an unknown comparison: ${operator}`);
  }
}

function same(one: Value, other: Value): boolean {
  return one !== undefined && other !== undefined && areEqual(one, other);
}

function callFunction(name: string, [value, operand]: readonly Value[]): boolean {
  switch (name) {
    case "attribute_exists":
      return value !== undefined;
    case "attribute_not_exists":
      return value === undefined;
    case "attribute_type":
      return value !== undefined && partsOf(value)[0] === operand?.S;
    case "begins_with":
      return value !== undefined && operand !== undefined && beginsWith(value, operand);
    case "contains":
      return value !== undefined && operand !== undefined && contains(value, operand);
    default:
      throw new Error(`The expression parser made an unknown function: ${name}`);
  }
}

function beginsWith(value: WireObject, prefix: WireObject): boolean {
  const bytes = bytesOf(value);
  const start = bytesOf(prefix);
  if (!bytes || !start || partsOf(value)[0] !== partsOf(prefix)[0]) return false;
  return bytes.subarray(0, start.length).equals(start);
}

/** Checks whether a string or binary value has this part, or a set or list this element. */
function contains(value: WireObject, part: WireObject): boolean {
  const [type, content] = partsOf(value);
  if (type === "L") return (content as WireObject[]).some((element) => areEqual(element, part));
  if (["SS", "NS", "BS"].includes(type)) {
    const elements = (content as string[]).map((element) => ({ [type.charAt(0)]: element }));
    return elements.some((element) => areEqual(element, part));
  }
  const bytes = bytesOf(value);
  const piece = bytesOf(part);
  if (!bytes || !piece || type !== partsOf(part)[0]) return false;
  return bytes.includes(piece);
}

/** Returns the bytes of a string or binary value. */
function bytesOf({ S, B }: WireObject): Buffer | undefined {
  if (typeof S === "string") return Buffer.from(S, "utf8");
  return typeof B === "string" ? Buffer.from(B, "base64") : undefined;
}

function valueOf(operand: Operand, item: WireItem): Value {
  if (Array.isArray(operand)) return atPath(operand as readonly (string | number)[], item);
  if (!("type" in operand) || operand.type !== "function") return operand as WireObject;
  const value = valueOf((operand as Expression).args[0], item);
  const size = value && sizeOf(value);
  return size === undefined ? undefined : { N: String(size) };
}

/**
 * Returns `size`: characters of a string, bytes of a binary value, elements of other types; undefined for numbers.
 */
function sizeOf(value: WireObject): number | undefined {
  const [type, content] = partsOf(value);
  if (type === "B") return bytesOf(value)?.length;
  if (type === "S" || Array.isArray(content)) return (content as string | unknown[]).length;
  return type === "M" ? Object.keys(content as object).length : undefined;
}

function atPath([first, ...rest]: readonly (string | number)[], item: WireItem): Value {
  let value: Value = own(item, first);
  for (const step of rest) {
    if (value === undefined) return undefined;
    const inside: unknown = typeof step === "number" ? value.L : value.M;
    value = typeof inside === "object" && inside !== null ? own(inside, step) : undefined;
  }
  return value;
}

function own(container: object, name: string | number): Value {
  return Object.hasOwn(container, name)
    ? (container as Record<string | number, WireObject>)[name]
    : undefined;
}
