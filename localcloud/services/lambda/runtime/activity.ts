/** Work that goes on in real time: it is busy, or rests because it waits for the cloud's clock and nothing else. */
export class Activity {
  private resting = false;
  private waiting: (() => void)[] = [];

  get isResting(): boolean {
    return this.resting;
  }

  /** It has nothing to do until the clock moves, or is done for good. */
  rest(): void {
    this.resting = true;
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }

  goOn(): void {
    this.resting = false;
  }

  /** Resolves when it rests, or does so already. */
  rests(): Promise<void> {
    if (this.resting) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
