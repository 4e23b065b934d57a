import type { Clock } from "../../../core/clock";
import type { Activity } from "./activity";

/**
 * How long, in this computer's time, work keeps the cloud's time from being moved on. Handlers run in
 * real time: without this a test that moves an hour would time out everything that just began.
 */
const HOLD_MS = 3_000;

/**
 * Lets `clock.advance` wait, at the instant it has reached, until the work rests or is done; what the
 * work starts in turn is waited for as well. Work that takes longer than HOLD_MS sees the time pass.
 */
export function holdClock(clock: Clock, activity: Activity): void {
  const began = performance.now();
  const done = activity.rests();
  const timer = clock.setTimeout(() => within(HOLD_MS - (performance.now() - began), done), 0);
  void done.then(() => clock.clearTimeout(timer));
}

async function within(ms: number, done: Promise<void>): Promise<void> {
  if (ms <= 0) return;
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([done, limit]);
  clearTimeout(timer);
}
