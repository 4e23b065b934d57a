import { detached } from "./trace";

/** Writes the gathered reports; must not reject. */
export type Put = () => Promise<void>;

/** Maximum delay of `soon` in the computer's time; too short to be noticed. */
const SOON_MS = 20;

/**
 * Gathers reports of a cloud's services, because many small calls cost more than one large one. The delay is
 * invisible: they are written at the end of the event loop's turn in which they were made. That is before a client
 * can read a response of that turn, before any call that reads their results, and before the cloud's time moves.
 */
export class ReportBatcher {
  private readonly ofTurn = new Set<Put>();
  private readonly ofMoment = new Set<Put>();
  private readonly underway = new Set<Promise<void>>();
  private turn: NodeJS.Immediate | undefined;
  private moment: NodeJS.Timeout | undefined;

  /** Runs `put` once at the end of this turn of the event loop, however often it is requested until then. */
  atEndOfTurn(put: Put): void {
    this.ofTurn.add(put);
    this.turn ??= setImmediate(() => {
      this.turn = undefined;
      this.run(this.ofTurn);
    });
  }

  /**
   * Runs `put` once within a moment; for reports that happen by themselves, without any response that mentions them.
   */
  soon(put: Put): void {
    this.ofMoment.add(put);
    this.moment ??= setTimeout(() => {
      this.moment = undefined;
      this.run(this.ofMoment);
    }, SOON_MS);
  }

  /** Resolves when all gathered reports are written, including those that result from them. */
  async flush(): Promise<void> {
    while (this.ofTurn.size + this.ofMoment.size + this.underway.size > 0) {
      this.run(this.ofTurn);
      this.run(this.ofMoment);
      await Promise.all(this.underway);
    }
  }

  private run(puts: Set<Put>): void {
    const due = [...puts];
    puts.clear();
    for (const put of due) {
      const done = detached(put).finally(() => this.underway.delete(done));
      this.underway.add(done);
    }
  }
}
