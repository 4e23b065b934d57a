import { invalidPattern } from "./invalidPattern";
import { atPath, nestFields } from "./nestFields";
import { isFields, isLeaf, parseTest, type Leaf, type Test } from "./parseTest";

/** A compiled event pattern: every field must match, and at least one alternative of every `$or`. */
export interface EventPattern {
  readonly fields: readonly (readonly [name: string, node: Node])[];
  readonly alternatives: readonly (readonly EventPattern[])[];
}

type Node = { readonly tests: readonly Test[] } | { readonly pattern: EventPattern };

/**
 * Parses the JSON text of an event pattern. @throws InvalidEventPatternException
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function parseEventPattern(text: string): EventPattern {
  const value = parseJson(text);
  if (!isFields(value)) throw invalidPattern("Filter is not an object");
  return parseObject(value);
}

/**
 * Checks whether the event matches the pattern. The time is at most proportional to the event's values times the
 * tests of their fields.
 */
export function matchesPattern(pattern: EventPattern, event: unknown): boolean {
  return matchesFields(pattern, nestFields(event));
}

function matchesFields(pattern: EventPattern, event: unknown): boolean {
  const fields = isFields(event) ? event : {};
  return (
    pattern.fields.every(([name, node]) => matchesNode(node, own(fields, name))) &&
    pattern.alternatives.every((any) => any.some((one) => matchesFields(one, event)))
  );
}

function own(fields: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** Names that make an object a test. A `$or` with one of them in its elements is an ordinary field. */
const OPERATORS = [
  "exists",
  "anything-but",
  "numeric",
  "cidr",
  "prefix",
  "suffix",
  "equals-ignore-case",
  "wildcard",
];

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidPattern("Filter is not an object");
  }
}

function parseObject(object: Readonly<Record<string, unknown>>): EventPattern {
  const entries = Object.entries(object);
  if (entries.length === 0) throw invalidPattern("Empty objects are not allowed");
  const isOr = ([name, value]: [string, unknown]): boolean =>
    name === "$or" &&
    Array.isArray(value) &&
    value.length > 1 &&
    value.every((one) => isFields(one) && !OPERATORS.some((operator) => operator in one));
  return {
    fields: entries.filter((entry) => !isOr(entry)).map(([name, value]) => parseField(name, value)),
    alternatives: entries
      .filter(isOr)
      .map(([, value]) => (value as Record<string, unknown>[]).map(parseObject)),
  };
}

/** Parses a field; a name with dots is a path. */
function parseField(name: string, value: unknown): readonly [string, Node] {
  const [[first, inner]] = Object.entries(atPath(name, value));
  return name.includes(".")
    ? [first, { pattern: parseObject(inner as Readonly<Record<string, unknown>>) }]
    : [name, parseNode(name, value)];
}

function parseNode(name: string, value: unknown): Node {
  if (Array.isArray(value)) {
    if (value.length === 0) throw invalidPattern("Empty arrays are not allowed");
    return { tests: parseTests(value) };
  }
  if (!isFields(value)) throw invalidPattern(`"${name}" must be an object or an array`);
  return { pattern: parseObject(value) };
}

/** Parses tests. Plain values become one set, so that a lookup takes the same time for any number of them. */
function parseTests(elements: readonly unknown[]): Test[] {
  const values = new Set<unknown>(elements.filter(isLeaf));
  const others = elements.filter((element) => !isLeaf(element)).map(parseTest);
  return values.size === 0
    ? others
    : [{ kind: "value", matches: (actual) => values.has(actual) }, ...others];
}

function matchesNode(node: Node, value: unknown): boolean {
  if ("pattern" in node) {
    // At least one object of an array must match as a whole.
    if (Array.isArray(value)) return value.some((one) => matchesNode(node, one));
    return matchesFields(node.pattern, value);
  }
  const leaves = leavesOf(value);
  return node.tests.some((test) =>
    test.kind === "exists"
      ? test.wanted === leaves.length > 0
      : leaves.some((leaf) => test.matches(leaf)),
  );
}

/** Returns the values at the end of a path. An array in the event matches if any of its elements does. */
function leavesOf(value: unknown): Leaf[] {
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  return isLeaf(value) ? [value] : [];
}
