import type { TextPart } from "./variables";

/** One step of a pattern: fixed text, `*` (many) or `?` (one); `inField` wildcards stop at a colon. */
type Step =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "many" | "one"; readonly inField: boolean };

export type Pattern = readonly Step[];

/** Colons after which the resource field of an ARN begins; wildcards there span everything. */
const COLONS_BEFORE_RESOURCE = 5;

/** A pattern whose wildcards match any characters, `/` and `:` included (actions, StringLike). */
export function textPattern(parts: readonly TextPart[]): Pattern {
  return compile(parts, () => false);
}

/**
 * A pattern for the Resource element. In the first five fields of an ARN a wildcard stays in its
 * field, except a `*` that ends the field; in the resource field it matches anything.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function resourcePattern(parts: readonly TextPart[]): Pattern {
  return compile(parts, (at) => {
    const endsField = at.next === undefined || at.next === ":";
    return at.colons < COLONS_BEFORE_RESOURCE && !(at.wildcard === "*" && endsField);
  });
}

/**
 * A pattern for ArnLike and ArnEquals: each of the six fields is compared by itself.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function arnPattern(parts: readonly TextPart[]): Pattern {
  return compile(parts, ({ colons }) => colons < COLONS_BEFORE_RESOURCE);
}

/** Whether the whole text fits; time grows with length of text times length of pattern, never worse. */
export function matches(pattern: Pattern, text: string): boolean {
  let reached = new Set([0]);
  for (const step of pattern) {
    reached = advance(step, reached, text);
    if (reached.size === 0) return false;
  }
  return reached.has(text.length);
}

/** Case-insensitive match of an Action element. */
export function actionMatches(pattern: string, action: string): boolean {
  const parts = [{ text: pattern.toLowerCase(), literal: false }];
  return matches(textPattern(parts), action.toLowerCase());
}

/** Where a wildcard of the policy's own text stands. */
interface WildcardPlace {
  readonly wildcard: "*" | "?";
  /** Colons before it. */
  readonly colons: number;
  /** The character after it; undefined at the end. */
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

/** The positions of the text that are reached after one more step of the pattern. */
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
