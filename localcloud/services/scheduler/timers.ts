import { timeLeft } from "../../core/clock";
import { traced } from "../../core/trace";
import { invoke, retry } from "./invoke";
import { nextDue, windowDelay } from "./occurrences";
import type { Schedule, SchedulerStore } from "./store";

/** Sets the timer of the schedule's next invocation; none while it is disabled. */
export function arm(schedule: Schedule, store: SchedulerStore, after: number): void {
  disarm(schedule, store);
  if (schedule.State === "DISABLED") return;
  const due = nextDue(schedule, after);
  if (due === undefined) return;
  const delay = due + windowDelay(schedule, due) - store.scope.clock.now();
  setTimer(schedule, due, delay, store);
}

/**
 * Continues the schedules of an earlier run of the cloud. What was due since then happens once now, and not as often as
 * it was due.
 */
export function resumeSchedules(store: SchedulerStore): void {
  const { clock } = store.scope;
  for (const schedule of store.schedules.values()) {
    const { next } = schedule;
    if (next) setTimer(schedule, next.due, timeLeft(next.timer, clock), store, clock.now());
  }
  store.retries.resume((work) => retry(work, store));
}

export function disarm(schedule: Schedule, { scope }: SchedulerStore): void {
  scope.clock.clearTimeout(schedule.next?.timer);
  schedule.next = undefined;
}

/** @param since the time before which further occurrences are skipped. */
function setTimer(
  schedule: Schedule,
  due: number,
  ms: number,
  store: SchedulerStore,
  since = due,
): void {
  const timer = store.scope.clock.setTimeout(
    () => {
      arm(schedule, store, Math.max(due, since));
      const last = schedule.next === undefined;
      const { tracer } = store.scope.cloud;
      const start = { kind: "schedule", name: schedule.Name, data: { due } } as const;
      return traced(tracer, start, () => invoke(schedule, due, store, last));
    },
    ms,
    `schedule ${schedule.Name}`,
  );
  schedule.next = { due, timer };
}
