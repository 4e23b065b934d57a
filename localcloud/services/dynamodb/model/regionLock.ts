/**
 * A lock for many concurrent operations, or for one exclusive transaction. It is fair: operations do not overtake a
 * waiting transaction.
 */
export class RegionLock {
  private readonly queue: { readonly exclusive: boolean; start(): void }[] = [];
  private sharing = 0;
  private alone = false;

  /** Runs concurrently with other shared work. */
  shared<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.run(false, work);
  }

  /** Runs while no other work does. */
  exclusive<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.run(true, work);
  }

  private async run<Result>(exclusive: boolean, work: () => Promise<Result>): Promise<Result> {
    await new Promise<void>((resolve) => {
      this.queue.push({ exclusive, start: resolve });
      this.startNext();
    });
    try {
      return await work();
    } finally {
      if (exclusive) this.alone = false;
      else this.sharing -= 1;
      this.startNext();
    }
  }

  private startNext(): void {
    for (let [next] = this.queue; next; [next] = this.queue) {
      if (this.alone || (next.exclusive && this.sharing > 0)) return;
      this.queue.shift();
      if (next.exclusive) this.alone = true;
      else this.sharing += 1;
      next.start();
    }
  }
}
