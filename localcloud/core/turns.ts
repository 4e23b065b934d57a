/** Runs tasks one after another, in the order of the requests. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  take<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.last.then(work);
    this.last = done.catch(() => undefined);
    return done;
  }

  /** Resolves when all tasks that were requested until now have ended. */
  async settled(): Promise<void> {
    await this.last;
  }
}
