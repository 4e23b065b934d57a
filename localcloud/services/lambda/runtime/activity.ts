/** Work that goes on in real time. It is either busy, or at rest: it waits only for the cloud's clock. */
export class Activity {
  private resting = false;
  private waiting: (() => void)[] = [];

  get isResting(): boolean {
    return this.resting;
  }

  /** Marks the work as at rest: it can do nothing until the clock moves, or it has ended. */
  rest(): void {
    this.resting = true;
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }

  goOn(): void {
    this.resting = false;
  }

  /** Resolves when the work is at rest; immediately if it already is. */
  rests(): Promise<void> {
    if (this.resting) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
