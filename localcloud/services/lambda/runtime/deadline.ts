import type { Clock } from "../../../core/clock";

/** What `beforeDeadline` resolves with when the time was over first. */
export const NO_ANSWER = Symbol("no answer");

/**
 * The answer, or NO_ANSWER when `ms` passed first: in the cloud's time or on this computer.
 *
 * @param isHeld whether no time passes; asked when it is over, and then the answer is waited for.
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
