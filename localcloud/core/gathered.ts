import { detached } from "./trace";

/** Puts down what was gathered; must not reject. */
export type Put = () => Promise<void>;

/** How long `soon` may wait, in the computer's own time: an eye sees no delay. */
const SOON_MS = 20;

/**
 * Reports of a cloud's services that are gathered, because many small calls cost more than one large one. Nobody can
 * see that they come later: they are put down at the end of the turn of Node's event loop in which they were made,
 * which is before a client can read an answer of that turn, before any call that reads what they become, and before
 * the cloud's time moves.
 */
export class Gathered {
  private readonly ofTurn = new Set<Put>();
  private readonly ofMoment = new Set<Put>();
  private readonly underway = new Set<Promise<void>>();
  private turn: NodeJS.Immediate | undefined;
  private moment: NodeJS.Timeout | undefined;

  /** Runs `put` once at the end of this turn, however often it is asked for until then. */
  atEndOfTurn(put: Put): void {
    this.ofTurn.add(put);
    this.turn ??= setImmediate(() => {
      this.turn = undefined;
      this.run(this.ofTurn);
    });
  }

  /** Runs `put` once within a moment: for what comes by itself, and that no answer tells of. */
  soon(put: Put): void {
    this.ofMoment.add(put);
    this.moment ??= setTimeout(() => {
      this.moment = undefined;
      this.run(this.ofMoment);
    }, SOON_MS);
  }

  /** Resolves when all that was gathered so far is put down, also what that gave rise to. */
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
