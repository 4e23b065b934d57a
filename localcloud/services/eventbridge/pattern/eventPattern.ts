import { invalidPattern } from "./invalidPattern";
import { isFields, isLeaf, parseTest, type Leaf, type Test } from "./parseTest";

/** A compiled event pattern: every field must match, and one alternative of every `$or`. */
export interface EventPattern {
  readonly fields: readonly (readonly [name: string, node: Node])[];
  readonly alternatives: readonly (readonly EventPattern[])[];
}

type Node = { readonly tests: readonly Test[] } | { readonly pattern: EventPattern };

/**
 * Reads the JSON text of an event pattern. @throws InvalidEventPatternException
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function parseEventPattern(text: string): EventPattern {
  const value = parseJson(text);
  if (!isFields(value)) throw invalidPattern("Filter is not an object");
  return parseObject(value);
}

/** Whether the event has everything that the pattern asks for. */
export function matchesPattern(pattern: EventPattern, event: unknown): boolean {
  const fields = isFields(event) ? event : {};
  return (
    pattern.fields.every(([name, node]) => matchesNode(node, fields[name])) &&
    pattern.alternatives.every((any) => any.some((one) => matchesPattern(one, event)))
  );
}

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
    name === "$or" && Array.isArray(value) && value.length > 1 && value.every(isFields);
  return {
    fields: entries
      .filter((entry) => !isOr(entry))
      .map(([name, value]) => [name, parseNode(name, value)] as const),
    alternatives: entries
      .filter(isOr)
      .map(([, value]) => (value as Record<string, unknown>[]).map(parseObject)),
  };
}

function parseNode(name: string, value: unknown): Node {
  if (Array.isArray(value)) {
    if (value.length === 0) throw invalidPattern("Empty arrays are not allowed");
    return { tests: value.map(parseTest) };
  }
  if (!isFields(value)) throw invalidPattern(`"${name}" must be an object or an array`);
  return { pattern: parseObject(value) };
}

function matchesNode(node: Node, value: unknown): boolean {
  if ("pattern" in node) {
    // Of an array of objects one must fit as a whole.
    if (Array.isArray(value)) return value.some((one) => matchesNode(node, one));
    return matchesPattern(node.pattern, value);
  }
  const leaves = leavesOf(value);
  return node.tests.some((test) =>
    test.kind === "exists"
      ? test.wanted === leaves.length > 0
      : leaves.some((leaf) => test.matches(leaf)),
  );
}

/** An array in the event matches when any of its elements does. */
function leavesOf(value: unknown): Leaf[] {
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  return isLeaf(value) ? [value] : [];
}
