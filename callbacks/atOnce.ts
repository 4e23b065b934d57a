export const deploymentOnlyModule = true;

/**
 * Returns what a function of the program has answered.
 *
 * @throws Error for a promise, which would count as true whatever it resolves to.
 */
export function atOnce<Answer>(name: string, answer: Answer): Answer {
  const { then } = Object(answer) as { then?: unknown };
  if (typeof then !== "function") return answer;
  throw new Error(`${name} returned a promise; return the answer itself, without async`);
}
