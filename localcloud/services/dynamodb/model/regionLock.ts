/**
 * Many single operations at a time, or one transaction alone. First come, first served: a waiting
 * transaction is not overtaken.
 */
export class RegionLock {
  private readonly queue: { readonly exclusive: boolean; start(): void }[] = [];
  private sharing = 0;
  private alone = false;

  /** Runs beside other shared work. */
  shared<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.run(false, work);
  }

  /** Runs while nothing else does. */
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
