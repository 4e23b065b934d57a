import { TextCache } from "./textCache";
import type { TextPart } from "./variables";

/** One step of a pattern: fixed text, `*` (many) or `?` (one); wildcards with `inField` match no colon. */
type Step =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "many" | "one"; readonly inField: boolean };

export type Pattern = readonly Step[];

/** Number of colons before the resource field of an ARN, in which wildcards match any characters. */
const COLONS_BEFORE_RESOURCE = 5;

/** Returns a pattern whose wildcards match any characters, including `/` and `:` (actions, StringLike). */
export function textPattern(parts: readonly TextPart[]): Pattern {
  return compile(parts, () => false);
}

/**
 * Returns a pattern for the Resource element. In the first five fields of an ARN a wildcard matches only within its
 * field, except a `*` at the end of the field; in the resource field it matches anything.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function resourcePattern(parts: readonly TextPart[]): Pattern {
  const [only] = parts;
  // The values of variables belong to one request, so such patterns are not cached.
  return parts.length === 1 && !only.literal
    ? resourcePatterns.get(only.text, () => compileResource(parts))
    : compileResource(parts);
}

function compileResource(parts: readonly TextPart[]): Pattern {
  return compile(parts, (at) => {
    const endsField = at.next === undefined || at.next === ":";
    return at.colons < COLONS_BEFORE_RESOURCE && !(at.wildcard === "*" && endsField);
  });
}

/**
 * Returns a pattern for ArnLike and ArnEquals, which compare each of the six fields separately.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function arnPattern(parts: readonly TextPart[]): Pattern {
  return compile(parts, ({ colons }) => colons < COLONS_BEFORE_RESOURCE);
}

/** Checks whether the whole text matches, in time proportional to text length times pattern length at most. */
export function matches(pattern: Pattern, text: string): boolean {
  let at = 0;
  let fixed = 0;
  // Fixed text before the first wildcard needs no search.
  for (; fixed < pattern.length; fixed++) {
    const step = pattern[fixed];
    if (step.kind !== "text") break;
    if (!text.startsWith(step.text, at)) return false;
    at += step.text.length;
  }
  if (fixed === pattern.length) return at === text.length;
  if (fixed === pattern.length - 1 && isRest(pattern[fixed])) return true;
  let reached = new Set([at]);
  for (const step of pattern.slice(fixed)) {
    reached = advance(step, reached, text);
    if (reached.size === 0) return false;
  }
  return reached.has(text.length);
}

/** Checks whether a last step matches everything that is left of a text. */
function isRest(step: Step): boolean {
  return step.kind === "many" && !step.inField;
}

/** Matches an Action element, case-insensitively. */
export function actionMatches(pattern: string, action: string): boolean {
  const compiled = actionPatterns.get(pattern, () =>
    textPattern([{ text: pattern.toLowerCase(), literal: false }]),
  );
  return matches(compiled, action.toLowerCase());
}

const actionPatterns = new TextCache<Pattern>();
const resourcePatterns = new TextCache<Pattern>();

/** Place of a wildcard in the policy's own text. */
interface WildcardPlace {
  readonly wildcard: "*" | "?";
  /** Number of colons before it. */
  readonly colons: number;
  /** The next character; undefined at the end. */
  readonly next: string | undefined;
}

function compile(
  parts: readonly TextPart[],
  staysInField: (place: WildcardPlace) => boolean,
): Pattern {
  const steps: Step[] = [];
  let colons = 0;
  parts.forEach(({ text, literal }, index) => {
    if (literal) {
      steps.push({ kind: "text", text });
      return;
    }
    let at = 0;
    for (const piece of text.split(/([*?])/)) {
      at += piece.length;
      if (piece === "*" || piece === "?") {
        const next = text[at] ?? parts[index + 1]?.text[0];
        const inField = staysInField({ wildcard: piece, colons, next });
        steps.push({ kind: piece === "*" ? "many" : "one", inField });
      } else if (piece !== "") {
        colons += piece.split(":").length - 1;
        steps.push({ kind: "text", text: piece });
      }
    }
  });
  return steps;
}

/** Returns the positions in the text after one more step of the pattern. */
function advance(step: Step, from: ReadonlySet<number>, text: string): Set<number> {
  const reached = new Set<number>();
  for (const start of from) {
    if (step.kind === "text") {
      if (text.startsWith(step.text, start)) reached.add(start + step.text.length);
    } else if (step.kind === "one") {
      if (start < text.length && !(step.inField && text[start] === ":")) reached.add(start + 1);
    } else {
      for (let end = start; !reached.has(end) && end <= text.length; end++) {
        reached.add(end);
        if (step.inField && text[end] === ":") break;
      }
    }
  }
  return reached;
}
