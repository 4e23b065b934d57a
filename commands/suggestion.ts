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
  const [problem, option = ""] = /^Unknown option '(--?[\w-]+)'/.exec(message) ?? [];
  if (problem === undefined) return message;
  return `${problem}.${didYouMean(
    option,
    options.map((name) => `--${name}`),
  )}`;
}

/** Returns the number of letters to add, remove or change (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const letter of one) {
    let [diagonal = 0] = row;
    let left = diagonal + 1;
    const next = [left];
    row.slice(1).forEach((above, index) => {
      left = Math.min(above + 1, left + 1, diagonal + (letter === other[index] ? 0 : 1));
      diagonal = above;
      next.push(left);
    });
    row = next;
  }
  return row.at(-1) ?? one.length;
}
