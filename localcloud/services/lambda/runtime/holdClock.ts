import type { Clock } from "../../../core/clock";
import type { Activity } from "./activity";

/**
 * How long work may stop the cloud's clock, in this computer's time. Handlers run in real time; without this, a test
 * that advances the clock by an hour would time out every request that has just started.
 */
const HOLD_MS = 3_000;

/**
 * Makes `clock.advance` wait, at the instant it has reached, until the work is at rest or done; also for work that
 * this work starts. Work that takes longer than HOLD_MS sees the time pass.
 */
export function holdClock(clock: Clock, activity: Activity): void {
  const began = performance.now();
  const done = activity.rests();
  const hold = clock.hold(() => within(HOLD_MS - (performance.now() - began), done));
  void done.then(() => clock.clearTimeout(hold));
}

async function within(ms: number, done: Promise<void>): Promise<void> {
  if (ms <= 0) return;
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([done, limit]);
  clearTimeout(timer);
}
