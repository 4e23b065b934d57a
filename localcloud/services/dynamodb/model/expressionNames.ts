import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** Words of the expression grammar that are not attributes; case does not matter. */
const KEYWORDS = new Set(["AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE"]);

/** Names of functions; they count as keywords if a parenthesis follows. */
const FUNCTIONS = new Set([
  "attribute_exists",
  "attribute_not_exists",
  "attribute_type",
  "begins_with",
  "contains",
  "size",
  "if_not_exists",
  "list_append",
]);

/** Returns the top-level attributes that an expression names, in its order. */
export function attributesIn(
  expression: string,
  names: Readonly<Record<string, string>> = {},
): string[] {
  const found: string[] = [];
  for (const match of expression.matchAll(/(\.?)\s*([#:]?)(\w+)(\s*\()?/g)) {
    const [, nested, mark, word, call] = match;
    // A name after a dot is nested in the attribute before it; numbers are list positions.
    if (nested || mark === ":" || /^\d/.test(word)) continue;
    if (mark === "#") found.push(names[`#${word}`] ?? `#${word}`);
    else if (!(call && FUNCTIONS.has(word)) && !KEYWORDS.has(word.toUpperCase())) found.push(word);
  }
  return found;
}

/** Returns the value that a key condition requires of `attribute` with `=`; undefined if there is none. */
export function equalityIn(
  expression: string,
  attribute: string,
  names: Readonly<Record<string, string>> = {},
  values: Readonly<Record<string, AttributeValue>> = {},
): AttributeValue | undefined {
  for (const [, left, right] of expression.matchAll(/([#:]?\w+)\s*=\s*([#:]?\w+)/g)) {
    const [name, value] = left.startsWith(":") ? [right, left] : [left, right];
    if ((names[name] ?? name) === attribute) return values[value];
  }
  return undefined;
}
