import type { FilterPattern } from "./filterPattern";
import { invalidPattern } from "./patternText";
import { compileRegularExpression } from "./regularExpression";

type Term = (message: string) => boolean;

interface Terms {
  readonly required: Term[];
  readonly optional: Term[];
  readonly excluded: Term[];
}

/**
 * Compiles `error "exact phrase" -not`, or `?any ?of ?these`; case-sensitive. An empty pattern matches all events.
 */
export function compileTermPattern(pattern: string): FilterPattern {
  const { required, optional, excluded } = readTerms(pattern);
  // AWS ignores optional terms if there are required ones.
  const any = required.length > 0 ? [] : optional;
  return {
    matches: (message) =>
      required.every((term) => term(message)) &&
      (any.length === 0 || any.some((term) => term(message))) &&
      !excluded.some((term) => term(message)),
    extract: () => undefined,
  };
}

function readTerms(pattern: string): Terms {
  const terms: Terms = { required: [], optional: [], excluded: [] };
  const tokens = pattern.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|%((?:[^%\\]|\\.)*)%|(\S+))/g);
  for (const [, sign, quoted, regular, bare] of tokens) {
    const term = readTerm(quoted, regular, bare);
    if (sign === "?") terms.optional.push(term);
    else if (sign === "-") terms.excluded.push(term);
    else terms.required.push(term);
  }
  return terms;
}

function readTerm(
  quoted: string | undefined,
  regular: string | undefined,
  bare: string | undefined,
): Term {
  if (regular !== undefined) return compileRegularExpression(regular);
  const text = quoted === undefined ? (bare ?? "") : quoted.replace(/\\(.)/g, "$1");
  if (quoted === undefined && !/^\w+$/.test(text))
    throw invalidPattern(`Invalid character(s) in term '${text}'`);
  return (message) => message.includes(text);
}
