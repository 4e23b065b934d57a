import { totalmem } from "node:os";
import type { Clock, ClockTimer } from "../../../core/clock";
import { detached } from "../../../core/trace";

/**
 * An environment that has been idle for this long, in the cloud's time, is ended. AWS does not document its limit;
 * 45 to 60 minutes and, later, 10 minutes were measured:
 * https://www.pluralsight.com/resources/blog/cloud/how-long-does-aws-lambda-keep-your-idle-functions-around-before-a-cold-start
 * https://mikhail.io/2019/08/aws-lambda-cold-starts-after-10-minutes/
 */
const IDLE_MS = 45 * 60_000;

/** It is also ended at the first look after this long in the computer's time, which gives its memory back. */
const UNUSED_MS = 5 * 60_000;
const LOOK_EACH_MS = 60_000;

/** Share of the computer's memory that idle processes may use, and the estimated memory of one of them. */
const IDLE_MEMORY_SHARE = 0.25;
const IDLE_BYTES = 64 * 1024 * 1024;

/** The computer's time, unlike that of the cloud. */
export interface ComputerTime {
  now(): number;
  /** Calls again and again; returns what ends it. */
  each(milliseconds: number, call: () => void): () => void;
}

const COMPUTER_TIME: ComputerTime = {
  now: () => performance.now(),
  each(milliseconds, call) {
    const timer = detached(() => setInterval(call, milliseconds).unref());
    return () => clearInterval(timer);
  },
};

interface Rest {
  readonly timer: ClockTimer;
  /** When it began, in the computer's time. */
  readonly since: number;
}

/** Environments between two requests, and what ends them: time, or too many of them. */
export class IdleEnvironments<Environment> {
  /** Longest idle first. */
  private readonly rests = new Map<Environment, Rest>();
  /** Maximum of all functions together. Beyond it, the longest idle one is ended. */
  private readonly most = idleProcesses({ least: 32, most: 256 });
  private stopLooking: (() => void) | undefined;

  constructor(
    private readonly clock: Clock,
    /** Ends an environment, which is not idle any more. */
    private readonly end: (environment: Environment) => void,
    private readonly computer: ComputerTime = COMPUTER_TIME,
  ) {}

  add(environment: Environment): void {
    const timer = this.clock.setTimeout(() => this.endThose((one) => one === environment), IDLE_MS);
    this.rests.set(environment, { timer, since: this.computer.now() });
    this.stopLooking ??= this.computer.each(LOOK_EACH_MS, () => this.endUnused());
    const [longestIdle] = this.rests.keys();
    if (this.rests.size > this.most) this.endThose((one) => one === longestIdle);
  }

  /** Removes and returns the longest idle environment that matches. */
  take(matches: (environment: Environment) => boolean): Environment | undefined {
    for (const environment of this.rests.keys())
      if (matches(environment)) {
        this.remove(environment);
        return environment;
      }
    return undefined;
  }

  endThose(match: (environment: Environment) => boolean): void {
    for (const environment of this.rests.keys()) {
      if (!match(environment)) continue;
      this.remove(environment);
      this.end(environment);
    }
    if (this.rests.size > 0) return;
    this.stopLooking?.();
    this.stopLooking = undefined;
  }

  private endUnused(): void {
    const now = this.computer.now();
    this.endThose((one) => now - (this.rests.get(one)?.since ?? now) >= UNUSED_MS);
  }

  private remove(environment: Environment): void {
    const rest = this.rests.get(environment);
    if (rest) this.clock.clearTimeout(rest.timer);
    this.rests.delete(environment);
  }
}

/**
 * Returns the number of environments that may be idle: LOCALCLOUD_IDLE_PROCESSES, or else as many as fit into memory.
 * A container may have a lower memory limit than its computer, or no limit.
 */
function idleProcesses({ least, most }: { least: number; most: number }): number {
  const asked = Number(process.env.LOCALCLOUD_IDLE_PROCESSES);
  if (Number.isInteger(asked) && asked > 0) return asked;
  const memory = Math.min(totalmem(), process.constrainedMemory() || Infinity);
  const fitting = Math.floor((memory * IDLE_MEMORY_SHARE) / IDLE_BYTES);
  return Math.max(least, Math.min(most, fitting));
}
