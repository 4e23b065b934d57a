import { BlockList, isIP } from "node:net";
import { invalidPattern } from "./invalidPattern";
import { parseNumericTest } from "./numericTest";
import { matchesWildcard, parseWildcard } from "./wildcard";

/** A value at the end of a path in an event. */
export type Leaf = string | number | boolean | null;

/** One element of a pattern's array: a test of a value, or of its existence. */
export type Test =
  | { readonly kind: "value"; readonly matches: (value: Leaf) => boolean }
  | { readonly kind: "exists"; readonly wanted: boolean };

type Predicate = (value: Leaf) => boolean;
type Fields = Readonly<Record<string, unknown>>;

/**
 * Parses an element of a pattern's array that is not a plain value.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function parseTest(element: unknown): Test {
  if (!isFields(element))
    throw invalidPattern("Match value must be String, number, true, false, or null");
  const [[operator, operand], ...more] = entriesOf(element);
  if (more.length > 0) throw invalidPattern("Only one key allowed in match expression");
  if (operator === "exists") {
    if (typeof operand !== "boolean")
      throw invalidPattern("exists match pattern must be either true or false.");
    return { kind: "exists", wanted: operand };
  }
  if (operator === "anything-but") return value(anythingBut(operand));
  if (operator === "numeric") {
    const holds = parseNumericTest(operand);
    return value((actual) => typeof actual === "number" && holds(actual));
  }
  if (operator === "cidr") return value(cidr(operand));
  return value(textTest(operator, operand));
}

function value(matches: Predicate): Test {
  return { kind: "value", matches };
}

function textTest(operator: string, operand: unknown): Predicate {
  switch (operator) {
    case "prefix":
      return edge(operand, "prefix", (text, part) => text.startsWith(part));
    case "suffix":
      return edge(operand, "suffix", (text, part) => text.endsWith(part));
    case "equals-ignore-case": {
      const wanted = textOf(operand, operator).toLowerCase();
      return onText((text) => text.toLowerCase() === wanted);
    }
    case "wildcard": {
      const texts = parseWildcard(textOf(operand, operator));
      return onText((text) => matchesWildcard(texts, text));
    }
    default:
      throw invalidPattern(`Unrecognized match type ${operator}`);
  }
}

/** Parses the operand of `prefix` and `suffix`: a string, or one to compare case-insensitively. */
function edge(
  operand: unknown,
  name: string,
  compare: (text: string, part: string) => boolean,
): Predicate {
  if (!isFields(operand)) {
    const part = textOf(operand, name);
    return onText((text) => compare(text, part));
  }
  const [[operator, inner], ...more] = entriesOf(operand);
  if (operator !== "equals-ignore-case" || more.length > 0)
    throw invalidPattern(`Unsupported ${name} pattern: ${operator}`);
  const part = textOf(inner, operator).toLowerCase();
  return onText((text) => compare(text.toLowerCase(), part));
}

/** Tests that `anything-but` can contain, besides values. */
const REFUSABLE = ["prefix", "suffix", "equals-ignore-case", "wildcard"];

/** Parses `anything-but`: all values match, of any type, except those that it names. */
function anythingBut(operand: unknown): Predicate {
  if (isFields(operand)) {
    const [[operator, inner], ...more] = entriesOf(operand);
    if (!REFUSABLE.includes(operator))
      throw invalidPattern(`Unsupported anything-but pattern: ${operator}`);
    if (more.length > 0) throw invalidPattern("Only one key allowed in match expression");
    const refused = listOf(inner).map((one) => {
      const text = textOf(one, operator);
      if (text === "" && operator.endsWith("fix"))
        throw invalidPattern("Null prefix/suffix not allowed");
      return textTest(operator, text);
    });
    return (actual) => !refused.some((matches) => matches(actual));
  }
  const refused = listOf(operand);
  const types = new Set(refused.map((one) => typeof one));
  if (!refused.every((one) => typeof one === "string" || typeof one === "number"))
    throw invalidPattern("Inside anything but list, start|null|boolean is not supported.");
  if (types.size > 1)
    throw invalidPattern(
      "Inside anything but list, either all values are number or string, mixed type is not supported",
    );
  const values = new Set<unknown>(refused);
  return (actual) => !values.has(actual);
}

function cidr(operand: unknown): Predicate {
  const [address, bits, ...more] = textOf(operand, "cidr").split("/");
  if (bits === undefined || more.length > 0)
    throw invalidPattern("Malformed CIDR, one '/' required");
  const version = isIP(address);
  if (version === 0) throw invalidPattern(`Nonstandard IP address: ${address}`);
  const most = version === 4 ? 31 : 127;
  if (!/^\d+$/.test(bits) || Number(bits) > most)
    throw invalidPattern("Malformed CIDR, mask bits must be an integer");
  const block = new BlockList();
  block.addSubnet(address, Number(bits), version === 4 ? "ipv4" : "ipv6");
  return onText((text) => {
    const family = isIP(text);
    return family === version && block.check(text, family === 4 ? "ipv4" : "ipv6");
  });
}

function onText(matches: (text: string) => boolean): Predicate {
  return (actual) => typeof actual === "string" && matches(actual);
}

function textOf(operand: unknown, name: string): string {
  if (typeof operand !== "string") throw invalidPattern(`${name} match pattern must be a string`);
  return operand;
}

function listOf(operand: unknown): readonly unknown[] {
  if (!Array.isArray(operand)) return [operand];
  if (operand.length === 0) throw invalidPattern("Empty arrays are not allowed");
  return operand;
}

function entriesOf(fields: Fields): [string, unknown][] {
  const entries = Object.entries(fields);
  if (entries.length === 0) throw invalidPattern("Empty expression objects are not allowed");
  return entries;
}

export function isLeaf(value: unknown): value is Leaf {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
