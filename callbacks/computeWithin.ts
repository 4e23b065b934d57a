import { runInNewContext } from "node:vm";

export const deploymentOnlyModule = true;

/**
 * Calls a function that may compute without end, and stops it in the middle then. What it does after its first `await`
 * is out of reach.
 *
 * @param late makes the error that is thrown after so many milliseconds.
 */
export function computeWithin<Answer>(
  milliseconds: number,
  compute: () => Answer,
  late: (milliseconds: number) => Error,
): Answer {
  try {
    // Only a script has a timeout that stops a loop without end.
    return runInNewContext("compute()", { compute }, { timeout: milliseconds }) as Answer;
  } catch (error) {
    const { code } = (error ?? {}) as { code?: unknown };
    throw code === "ERR_SCRIPT_EXECUTION_TIMEOUT" ? late(milliseconds) : error;
  }
}
