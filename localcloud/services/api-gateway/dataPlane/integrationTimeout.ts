import type { Clock } from "../../../core/clock";

export const TIMED_OUT = Symbol("timed out");

/**
 * Resolves with the work's result, or with TIMED_OUT after `ms` of cloud time. The work itself continues and its
 * result is ignored.
 */
export async function withTimeout<Result>(
  clock: Clock,
  ms: number,
  work: Promise<Result>,
): Promise<Result | typeof TIMED_OUT> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimeout(() => resolve(TIMED_OUT), ms);
    work.then(resolve, reject).finally(() => clock.clearTimeout(timer));
  });
}
