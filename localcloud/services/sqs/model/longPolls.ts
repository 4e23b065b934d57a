import type { Clock, ClockTimer } from "../../../core/clock";

/** A ReceiveMessage call that found no messages and waits. */
interface Poll<Request, Result> {
  readonly request: Request;
  resolve(result: readonly Result[]): void;
  reject(error: Error): void;
  deadline?: ClockTimer;
}

/**
 * Receives that wait for messages. They are served in order of arrival: when the queue reports a change, and when the
 * next hidden message becomes visible.
 */
export class LongPolls<Request, Result> {
  private readonly waiting = new Set<Poll<Request, Result>>();
  private wake: ClockTimer | undefined;
  private serving = false;

  constructor(
    private readonly clock: Clock,
    private readonly receive: (request: Request) => readonly Result[],
    private readonly nextChange: () => number | undefined,
  ) {}

  /** Resolves with messages as soon as there are any, or with none after `ms`. */
  wait(request: Request, ms: number): Promise<readonly Result[]> {
    return new Promise((resolve, reject) => {
      const poll: Poll<Request, Result> = { request, resolve, reject };
      // A message that becomes visible at this very instant is still returned.
      poll.deadline = this.clock.setTimeout(() => this.finish(poll, this.receive(request)), ms);
      this.waiting.add(poll);
      this.arm();
    });
  }

  /** Returns available messages to the waiting receives. */
  serve(): void {
    // A receive may move dead letters, which changes queues and calls this method again.
    if (this.serving || this.waiting.size === 0) return;
    this.serving = true;
    try {
      for (const poll of this.waiting) {
        const messages = this.receive(poll.request);
        if (messages.length === 0) break;
        this.finish(poll, messages);
      }
    } finally {
      this.serving = false;
    }
    this.arm();
  }

  /** Ends every wait with the error, or with no messages. */
  end(error?: Error): void {
    for (const poll of this.waiting) {
      if (error) poll.reject(error);
      this.finish(poll, []);
    }
    this.clock.clearTimeout(this.wake);
  }

  private finish(poll: Poll<Request, Result>, messages: readonly Result[]): void {
    this.waiting.delete(poll);
    this.clock.clearTimeout(poll.deadline);
    poll.resolve(messages);
  }

  private arm(): void {
    this.clock.clearTimeout(this.wake);
    const next = this.waiting.size > 0 ? this.nextChange() : undefined;
    this.wake =
      next === undefined
        ? undefined
        : this.clock.setTimeout(() => this.serve(), next - this.clock.now());
  }
}
