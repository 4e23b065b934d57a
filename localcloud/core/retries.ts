import type { Clock } from "./clock";
import { carried } from "./trace";

/** Work with a time at which it is attempted; in milliseconds of cloud time. */
interface Attempt<Work> {
  readonly work: Work;
  readonly due: number;
}

/**
 * Work of a service that is attempted until it succeeds. It consists of data: a saved cloud continues it, also what was
 * interrupted in the middle of an attempt.
 */
export class Retries<Work> {
  private readonly unfinished = new Set<Attempt<Work>>();

  constructor(private readonly clock: Clock) {}

  /** Attempts the work. The attempt may add a later one. */
  async now(work: Work, attempt: (work: Work) => Promise<void>): Promise<void> {
    await this.run(this.add(work, 0), () => attempt(work));
  }

  /** Attempts the work again after `ms`, in the same trace. */
  later(work: Work, ms: number, attempt: (work: Work) => Promise<void>): void {
    this.start(
      this.add(work, ms),
      carried(() => attempt(work)),
    );
  }

  /** Continues with what was unfinished when an earlier run of the cloud ended. */
  resume(attempt: (work: Work) => Promise<void>): void {
    for (const one of this.unfinished) this.start(one, () => attempt(one.work));
  }

  private add(work: Work, ms: number): Attempt<Work> {
    const one = { work, due: this.clock.now() + ms };
    this.unfinished.add(one);
    return one;
  }

  private start(one: Attempt<Work>, attempt: () => Promise<void>): void {
    this.clock.setTimeout(() => this.run(one, attempt), one.due - this.clock.now());
  }

  private async run(one: Attempt<Work>, attempt: () => Promise<void>): Promise<void> {
    try {
      await attempt();
    } finally {
      this.unfinished.delete(one);
    }
  }
}
