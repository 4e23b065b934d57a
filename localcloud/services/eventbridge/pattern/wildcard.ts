import { invalidPattern } from "./invalidPattern";

/**
 * Splits a wildcard pattern into the fixed texts between its `*`; `\*` and `\\` are literal characters.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function parseWildcard(pattern: string): readonly string[] {
  const texts = [""];
  for (let at = 0; at < pattern.length; at += 1) {
    const next = pattern[at + 1];
    if (pattern[at] === "\\") {
      if (next !== "*" && next !== "\\")
        throw invalidPattern(`Invalid escape character at pos ${at}`);
      texts[texts.length - 1] += next;
      at += 1;
    } else if (pattern[at] === "*") {
      if (next === "*") throw invalidPattern(`Consecutive wildcard characters at pos ${at}`);
      texts.push("");
    } else texts[texts.length - 1] += pattern[at];
  }
  return texts;
}

/** Checks whether a text matches, without backtracking, so that no pattern takes long. */
export function matchesWildcard(texts: readonly string[], value: string): boolean {
  const [first, ...rest] = texts;
  const last = rest.pop();
  if (last === undefined) return value === first;
  if (!value.startsWith(first)) return false;
  let at = first.length;
  for (const text of rest) {
    const found = value.indexOf(text, at);
    if (found < 0) return false;
    at = found + text.length;
  }
  return value.length - last.length >= at && value.endsWith(last);
}
