import type { Clock, ClockTimer } from "../../../core/clock";
import type { Activity } from "./activity";
import { holdClock } from "./holdClock";
import type { WorkerRest } from "./frames";

/** The sleeps of one request. The cloud's clock ends them; while the handler is awake, the clock waits for it. */
export class Sleeper {
  private alarm: ClockTimer | undefined;
  private over = false;

  constructor(
    private readonly clock: Clock,
    private readonly activity: Activity,
    private readonly wake: (id: number) => void,
  ) {}

  hear(rest: WorkerRest): void {
    if (this.over) return;
    if (rest.type === "awake") return this.goOn();
    this.activity.rest();
    this.alarm = this.clock.setTimeout(() => {
      this.goOn();
      this.wake(rest.id);
    }, rest.ms);
  }

  /** Call when the handler has answered, its time is over, or its process has ended. */
  end(): void {
    this.over = true;
    this.goOn();
  }

  private goOn(): void {
    this.clock.clearTimeout(this.alarm);
    if (!this.activity.isResting) return;
    this.activity.goOn();
    holdClock(this.clock, this.activity);
  }
}
