import { runInNewContext } from "node:vm";

export const deploymentOnlyModule = true;

/**
 * Calls a function that may compute without end, and interrupts it after a time. It cannot interrupt what the function
 * does after its first `await`.
 *
 * @param late creates the error that is thrown after this many milliseconds.
 */
export function computeWithin<Answer>(
  milliseconds: number,
  compute: () => Answer,
  late: (milliseconds: number) => Error,
): Answer {
  try {
    // Only a script of `node:vm` has a timeout that stops an endless loop.
    return runInNewContext("compute()", { compute }, { timeout: milliseconds }) as Answer;
  } catch (error) {
    const { code } = (error ?? {}) as { code?: unknown };
    throw code === "ERR_SCRIPT_EXECUTION_TIMEOUT" ? late(milliseconds) : error;
  }
}
