import type { Clock } from "../../../core/clock";

/** The value that `beforeDeadline` resolves with if the time ran out first. */
export const NO_ANSWER = Symbol("no answer");

/**
 * Resolves with the answer, or with NO_ANSWER if `ms` passed first, in the cloud's time or in this computer's.
 *
 * @param isHeld checks, when the time is over, whether time is suspended (a debugger is attached); if so, the answer
 * is awaited without a limit.
 */
export async function beforeDeadline<Answer>(
  clock: Clock,
  ms: number,
  answer: Promise<Answer>,
  isHeld: () => boolean = () => false,
): Promise<Answer | typeof NO_ANSWER> {
  let giveUp: () => void = () => undefined;
  const limit = new Promise<typeof NO_ANSWER>((resolve) => {
    giveUp = () => {
      if (!isHeld()) resolve(NO_ANSWER);
    };
  });
  const cloudTimer = clock.setTimeout(giveUp, ms);
  const realTimer = setTimeout(giveUp, ms);
  try {
    return await Promise.race([answer, limit]);
  } finally {
    clock.clearTimeout(cloudTimer);
    clearTimeout(realTimer);
  }
}
