import type { Clock } from "../../../core/clock";

export const TIMED_OUT = Symbol("timed out");

/** The work's result, or TIMED_OUT after `ms` of cloud time; the work itself goes on unheard. */
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
