import { SECOND } from "./trace";

export const deploymentOnlyModule = true;

interface Start {
  readonly at: number;
  readonly count: number;
}

/** Tasks of a service; some of them may still be starting. */
export class SimulatedTasks {
  desired: number;
  running: number;
  private starts: readonly Start[] = [];

  /** @param boot seconds from a change until the new tasks run */
  constructor(
    tasks: number,
    private readonly boot: number,
  ) {
    this.desired = tasks;
    this.running = tasks;
  }

  /** Counts tasks as running that have started by now. */
  pass(now: number): void {
    const started = this.starts.filter(({ at }) => at <= now);
    this.running += started.reduce((sum, { count }) => sum + count, 0);
    this.starts = this.starts.filter(({ at }) => at > now);
  }

  change(to: number, now: number): void {
    const more = to - this.desired;
    if (more > 0) this.starts = [...this.starts, { at: now + this.boot * SECOND, count: more }];
    else {
      // Tasks that have not started yet are removed first.
      this.starts = cancel(this.starts, -more);
      this.running = Math.min(this.running, to);
    }
    this.desired = to;
  }
}

/** Returns the starts, oldest first, without the newest of this count. */
function cancel(starts: readonly Start[], count: number): Start[] {
  let left = count;
  const newestFirst = [...starts].reverse();
  const kept = newestFirst.flatMap((start) => {
    const taken = Math.min(left, start.count);
    left -= taken;
    return start.count > taken ? [{ ...start, count: start.count - taken }] : [];
  });
  return kept.reverse();
}
