import { detached } from "./trace";

/**
 * The local cloud's time. All timers of all services (retries, schedules, visibility, TTLs, alarms) are set here, so
 * that a test can advance by a week in a second.
 */
export interface Clock {
  /** Milliseconds since the epoch, in the cloud's time. */
  now(): number;
  date(): Date;
  /**
   * Runs `task` once, after `ms` of cloud time. `advance` waits for the promise it returns, so a task must never wait
   * for a later time itself. `what` describes the timer to people. Throws a RangeError if `ms` is not a number.
   */
  setTimeout(task: () => void | Promise<void>, ms: number, what?: string): ClockTimer;
  /**
   * Runs `task` once, in the next `advance`, before the time moves; never by itself. A timer of 0 ms would do the same,
   * but wake the computer's clock for each request of a function.
   */
  hold(task: () => Promise<void>): ClockTimer;
  /** Cancels a timer or a hold. */
  clearTimeout(timer: ClockTimer | undefined): void;
  /** Resolves after `ms` of cloud time. Rejects with the signal's reason if it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Moves the time forward by `ms` and runs every timer that becomes due, in order. Rejects with a RangeError for a
   * negative time, and for a time beyond the last Date.
   */
  advance(ms: number): Promise<void>;
}

/** Handle of a pending timer. */
export interface ClockTimer {
  readonly due: number;
  /** Description for people; absent for the many timers that are only time limits. */
  readonly what?: string;
}

class Pending implements ClockTimer {
  constructor(
    readonly due: number,
    readonly order: number,
    readonly task: () => void | Promise<void>,
    readonly what?: string,
  ) {}
}

/** Checks whether an object is a timer of a clock, pending or past. */
export function isTimer(value: object): value is ClockTimer {
  return value instanceof Pending;
}

/** Returns the milliseconds until a timer is due, also one of an earlier run of the cloud; 0 for a past one. */
export function timeLeft({ due }: ClockTimer, clock: Pick<Clock, "now">): number {
  return Math.max(0, due - clock.now());
}

/** The last instant that a Date can hold (https://tc39.es/ecma262/#sec-time-values-and-time-range). */
const LAST_INSTANT = 8.64e15;

/** Maximum delay of one Node timer (2^31 - 1 ms); a longer wait consists of several. */
const MAX_DELAY_MS = 0x7fffffff;

/** `running` follows the computer's clock plus the advanced time; `manual` moves only when it is advanced. */
export type ClockMode = "running" | "manual";

export class VirtualClock implements Clock {
  private readonly pending = new Set<Pending>();
  private readonly holds = new Set<Pending>();
  /** Tasks that became due in real time and are not complete. */
  private readonly underWay = new Set<Promise<void>>();
  private offset = 0;
  private readonly startedAt: number;
  private order = 0;
  private alarm: NodeJS.Timeout | undefined;
  /** Cloud time for which `alarm` is set; the timer it was set for may have been cleared meanwhile. */
  private alarmDue = Infinity;
  private advancing: Promise<void> = Promise.resolve();
  private moving = false;
  /** Called before the time moves, to complete pending work. */
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
    const timer = new Pending(this.now() + Math.max(0, ms), this.order++, task, what);
    this.pending.add(timer);
    // Most timers are limits that are never reached, so setting one is cheap unless it is the earliest.
    if (timer.due < this.alarmDue) this.arm();
    return timer;
  }

  hold(task: () => Promise<void>): ClockTimer {
    const timer = new Pending(this.now(), this.order++, task);
    this.holds.add(timer);
    return timer;
  }

  clearTimeout(timer: ClockTimer | undefined): void {
    if (timer && !this.pending.delete(timer as Pending)) this.holds.delete(timer as Pending);
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

  /** Returns the pending timers that have a description, earliest first. */
  timers(): { readonly due: number; readonly what: string }[] {
    return [...this.pending]
      .flatMap(({ due, what }) => (what === undefined ? [] : [{ due, what }]))
      .sort((one, other) => one.due - other.due);
  }

  /** Milliseconds that the time is ahead of the computer's. */
  get ahead(): number {
    return this.mode === "manual" ? this.frozenAt - Date.now() : this.offset;
  }

  /** Sets the time of a cloud that continues an earlier one, before it has timers. It never moves backwards. */
  continueAt(instant: number): void {
    this.goTo(instant);
  }

  /** Cancels all pending timers; part of the cloud's shutdown. */
  stop(): void {
    this.pending.clear();
    this.holds.clear();
    clearTimeout(this.alarm);
  }

  /**
   * Cancels all pending timers and resets the advanced time. Resolves when no task is running. Only for a cloud that
   * forgets all of its state, because time moves backwards.
   */
  async restart(): Promise<void> {
    const held = [...this.holds];
    this.stop();
    await this.advancing;
    await Promise.all([...this.underWay, ...held.map((hold) => run(hold).catch(this.onError))]);
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
      // Waits also for tasks that were due before the call, because they may hold the time.
      await Promise.all(this.underWay);
      await this.beforeMove();
      const following = (): Pending | undefined => earliest(this.pending, this.holds);
      for (let next = following(); next && next.due <= target; next = following()) {
        this.goTo(next.due);
        this.clearTimeout(next);
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

  /** Sets the time. It never moves backwards: a real clock may already be past `instant`. */
  private goTo(instant: number): void {
    const ahead = instant - this.now();
    if (ahead <= 0) return;
    if (this.mode === "manual") this.frozenAt = instant;
    else this.offset += ahead;
  }

  private arm(): void {
    clearTimeout(this.alarm);
    this.alarmDue = Infinity;
    if (this.mode === "manual" || this.moving) return;
    const next = earliest(this.pending);
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
    // Timers that a task adds wait for the next turn of the event loop, so that a chain of them cannot block Node.
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

function earliest(...timers: ReadonlySet<Pending>[]): Pending | undefined {
  let first: Pending | undefined;
  for (const some of timers)
    for (const timer of some) if (!first || inOrder(timer, first) < 0) first = timer;
  return first;
}

function inOrder(one: Pending, other: Pending): number {
  return one.due - other.due || one.order - other.order;
}

/**
 * Runs the task outside of any trace: the code that set the timer or moves the time is not its cause, except for
 * `carried` tasks.
 */
async function run(timer: Pending): Promise<void> {
  await detached(timer.task);
}

/** Lets promise callbacks of a timer run before the next timer is due. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
