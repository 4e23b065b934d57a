import { BlockList, isIP } from "node:net";
import { invalidPattern } from "./invalidPattern";
import { matchesWildcard, parseWildcard } from "./wildcard";

/** A value that an event can hold at the end of a path. */
export type Leaf = string | number | boolean | null;

/** One element of a pattern's array: what a value must be, or whether there is one at all. */
export type Test =
  | { readonly kind: "value"; readonly matches: (value: Leaf) => boolean }
  | { readonly kind: "exists"; readonly wanted: boolean };

type Predicate = (value: Leaf) => boolean;
type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads one element of a pattern's array.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function parseTest(element: unknown): Test {
  if (isLeaf(element)) return value((actual) => actual === element);
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
  if (operator === "numeric") return value(numeric(operand));
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

/** `prefix` and `suffix` take a text, or one to compare without regard to case. */
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
    throw invalidPattern(`Unsupported anything-but pattern: ${operator}`);
  const part = textOf(inner, operator).toLowerCase();
  return onText((text) => compare(text.toLowerCase(), part));
}

function anythingBut(operand: unknown): Predicate {
  if (isFields(operand)) {
    const [[operator, inner], ...more] = entriesOf(operand);
    if (more.length > 0) throw invalidPattern("Only one key allowed in match expression");
    const refused = listOf(inner).map((one) => textTest(operator, one));
    return onText((text) => !refused.some((matches) => matches(text)));
  }
  const refused = listOf(operand);
  if (!refused.every(isLeaf) || refused.some((one) => typeof one === "boolean" || one === null))
    throw invalidPattern("Inside anything but list, start|null|boolean is not supported.");
  return (actual) => !refused.includes(actual);
}

type Comparison = (value: number) => boolean;

function numeric(operand: unknown): Predicate {
  if (!Array.isArray(operand)) throw invalidPattern("Value of numeric must be an array.");
  const terms: readonly unknown[] = operand;
  if (terms.length === 0 || terms.length > 4 || terms.length % 2 > 0)
    throw invalidPattern("Invalid member in numeric match");
  const comparisons: Comparison[] = [];
  for (let at = 0; at < terms.length; at += 2)
    comparisons.push(comparison(terms[at], terms[at + 1]));
  return (actual) => typeof actual === "number" && comparisons.every((holds) => holds(actual));
}

function comparison(operator: unknown, operand: unknown): Comparison {
  if (typeof operand !== "number") throw invalidPattern("Value of numeric must be numeric");
  switch (operator) {
    case "=":
      return (value) => value === operand;
    case "<":
      return (value) => value < operand;
    case "<=":
      return (value) => value <= operand;
    case ">":
      return (value) => value > operand;
    case ">=":
      return (value) => value >= operand;
    default:
      throw invalidPattern(`Unrecognized numeric range operator: ${String(operator)}`);
  }
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
