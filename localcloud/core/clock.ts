import { detached } from "./trace";

/**
 * The time of the local cloud. Every timer of every service (retries, schedules, visibility, TTLs,
 * alarms) is set here, so that a test can move a week in a second.
 */
export interface Clock {
  /** Milliseconds since the epoch, in the cloud's time. */
  now(): number;
  date(): Date;
  /**
   * Runs `task` once, `ms` of cloud time from now. `advance` waits for the promise it returns, so that
   * a task must never wait for a later time itself. `what` tells people what it is for. Throws a RangeError when `ms` is not a number.
   */
  setTimeout(task: () => void | Promise<void>, ms: number, what?: string): ClockTimer;
  clearTimeout(timer: ClockTimer | undefined): void;
  /** Resolves after `ms` of cloud time; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Moves the time forward by `ms`, running every timer that falls due, in order. Rejects with a
   * RangeError for a negative time and for one beyond the last Date.
   */
  advance(ms: number): Promise<void>;
}

/** Handle of a pending timer. */
export interface ClockTimer {
  readonly due: number;
  /** What happens then, for people; absent for the many that are only limits. */
  readonly what?: string;
}

interface Pending extends ClockTimer {
  readonly order: number;
  readonly task: () => void | Promise<void>;
}

/** The last instant that a Date can hold (https://tc39.es/ecma262/#sec-time-values-and-time-range). */
const LAST_INSTANT = 8.64e15;

/** Longest delay of one Node timer (2^31 - 1 ms); a longer wait is made of several. */
const MAX_DELAY_MS = 0x7fffffff;

/** `running` follows the computer's clock plus what was advanced; `manual` stands still between advances. */
export type ClockMode = "running" | "manual";

export class VirtualClock implements Clock {
  private readonly pending = new Set<Pending>();
  /** Tasks that fell due in real time and are not done. */
  private readonly underWay = new Set<Promise<void>>();
  private offset = 0;
  private readonly startedAt: number;
  private order = 0;
  private alarm: NodeJS.Timeout | undefined;
  /** Cloud time of the timer that `alarm` waits for, which may have been cleared meanwhile. */
  private alarmDue = Infinity;
  private advancing: Promise<void> = Promise.resolve();
  private moving = false;
  /** What must be done at the time that is about to pass. */
  beforeMove: () => Promise<void> = () => Promise.resolve();

  constructor(
    private readonly mode: ClockMode = "running",
    private frozenAt = Date.now(),
    private readonly onError: (error: unknown) => void = (error) =>
      process.emitWarning(String(error)),
  ) {
    this.startedAt = frozenAt;
  }

  now(): number {
    return this.mode === "manual" ? this.frozenAt : Date.now() + this.offset;
  }

  date(): Date {
    return new Date(this.now());
  }

  setTimeout(task: () => void | Promise<void>, ms: number, what?: string): ClockTimer {
    if (Number.isNaN(ms)) throw new RangeError("A timer's delay must be a number.");
    const timer = { due: this.now() + Math.max(0, ms), order: this.order++, task, what };
    this.pending.add(timer);
    // Most timers are limits that are never reached: only one that falls due first costs more than its entry.
    if (timer.due < this.alarmDue) this.arm();
    return timer;
  }

  clearTimeout(timer: ClockTimer | undefined): void {
    if (timer) this.pending.delete(timer as Pending);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = (): void => {
        this.clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = this.setTimeout(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      }, ms);
      signal?.addEventListener("abort", onAbort, { once: true });
      return undefined;
    });
  }

  advance(ms: number): Promise<void> {
    const moved = this.advancing.then(() => this.move(ms));
    this.advancing = moved.catch(() => undefined);
    return moved;
  }

  /** Pending timers that have a name, next first. */
  timers(): { readonly due: number; readonly what: string }[] {
    return [...this.pending]
      .flatMap(({ due, what }) => (what === undefined ? [] : [{ due, what }]))
      .sort((one, other) => one.due - other.due);
  }

  /** Ends every pending timer without running it; part of the cloud's shutdown. */
  stop(): void {
    this.pending.clear();
    clearTimeout(this.alarm);
  }

  /**
   * Ends every pending timer and takes back what the time was moved by. Resolves when no task is under way; only for a
   * cloud that forgets everything, as time runs backwards.
   */
  async restart(): Promise<void> {
    this.stop();
    await this.advancing;
    await Promise.all(this.underWay);
    this.stop();
    this.offset = 0;
    this.frozenAt = this.startedAt;
    this.alarmDue = Infinity;
  }

  private async move(ms: number): Promise<void> {
    const target = this.now() + ms;
    if (!(ms >= 0) || !(target <= LAST_INSTANT))
      throw new RangeError(`The clock cannot be moved by ${ms} ms.`);
    this.moving = true;
    try {
      // What fell due before the move was asked for counts as well: it may hold the time.
      await Promise.all(this.underWay);
      await this.beforeMove();
      for (let next = this.next(); next && next.due <= target; next = this.next()) {
        this.goTo(next.due);
        this.pending.delete(next);
        await run(next).catch(this.onError);
        await settle();
        await this.beforeMove();
      }
      this.goTo(target);
    } finally {
      this.moving = false;
      this.arm();
    }
  }

  /** Time never runs backwards: a real clock may already be past `instant`. */
  private goTo(instant: number): void {
    const ahead = instant - this.now();
    if (ahead <= 0) return;
    if (this.mode === "manual") this.frozenAt = instant;
    else this.offset += ahead;
  }

  private next(): Pending | undefined {
    let first: Pending | undefined;
    for (const timer of this.pending) if (!first || inOrder(timer, first) < 0) first = timer;
    return first;
  }

  private arm(): void {
    clearTimeout(this.alarm);
    this.alarmDue = Infinity;
    if (this.mode === "manual" || this.moving) return;
    const next = this.next();
    if (!next) return;
    this.alarmDue = next.due;
    this.alarm = setTimeout(
      () => this.runDue(),
      Math.min(Math.max(0, next.due - this.now()), MAX_DELAY_MS),
    );
    // A waiting timer alone must not keep the process alive; the server does.
    this.alarm.unref();
  }

  private runDue(): void {
    if (this.moving) return;
    const now = this.now();
    // Those that a task adds wait for the next turn: a chain of them must not keep Node from its work.
    const due = [...this.pending].filter((timer) => timer.due <= now);
    for (const timer of due.sort(inOrder)) {
      // An earlier task may have cleared it.
      if (!this.pending.delete(timer)) continue;
      const done = run(timer)
        .catch(this.onError)
        .finally(() => this.underWay.delete(done));
      this.underWay.add(done);
    }
    this.arm();
  }
}

function inOrder(one: Pending, other: Pending): number {
  return one.due - other.due || one.order - other.order;
}

/** In no trace: whoever happened to set the timer or moves the time causes only what is `carried`. */
async function run(timer: Pending): Promise<void> {
  await detached(timer.task);
}

/** Lets promise callbacks that a timer released run before the next timer falls due. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
