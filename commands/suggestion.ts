/** Returns ` Did you mean 'promote'?` for a misspelt word; an empty text if no known word is similar. */
export function didYouMean(word: string, known: readonly string[]): string {
  const limit = Math.max(1, Math.floor(word.length / 3));
  const [nearest] = known
    .map((candidate) => ({ candidate, steps: distance(word, candidate) }))
    .filter(({ steps }) => steps <= limit)
    .sort((one, other) => one.steps - other.steps);
  return nearest === undefined ? "" : ` Did you mean '${nearest.candidate}'?`;
}

/** Shortens Node's message about an unknown option, and adds the option that was most likely meant. */
export function optionProblem(error: unknown, options: readonly string[]): string {
  const message = error instanceof Error ? error.message : String(error);
  const [problem, option] = /^Unknown option '(--?[\w-]+)'/.exec(message) ?? [];
  if (problem === undefined) return message;
  return `${problem}.${didYouMean(
    option,
    options.map((name) => `--${name}`),
  )}`;
}

/** Returns the number of letters to add, remove or change (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1];
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (same ? 0 : 1));
    }
    row = next;
  }
  return row[other.length];
}
