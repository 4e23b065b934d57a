/** A wildcard of a pattern: any number of characters, or exactly one. */
export const MANY = Symbol("*");
export const ONE = Symbol("?");

/** A pattern, step by step: a character, or a wildcard. */
export type Wildcard = readonly (string | typeof MANY | typeof ONE)[];

/** Returns the pattern of a text in which `*` and `?` are wildcards. */
export function wildcardOf(text: string): Wildcard {
  return text.split("").map((one) => (one === "*" ? MANY : one === "?" ? ONE : one));
}

/**
 * Checks whether the whole text matches, in time proportional to text length times pattern length at most: a regular
 * expression with many `.*` would take for ever, and block the cloud.
 */
export function matchesWildcard(pattern: Wildcard, text: string): boolean {
  let step = 0;
  let lastMany = -1;
  let tried = 0;
  for (let at = 0; at < text.length;) {
    if (pattern[step] === MANY) {
      lastMany = step;
      tried = at;
      step += 1;
    } else if (pattern[step] === ONE || pattern[step] === text[at]) {
      step += 1;
      at += 1;
    } else if (lastMany >= 0) {
      // The last `*` takes one more character; what stood before it has matched as early as possible.
      tried += 1;
      at = tried;
      step = lastMany + 1;
    } else return false;
  }
  return pattern.slice(step).every((rest) => rest === MANY);
}
