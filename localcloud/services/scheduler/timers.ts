import { traced } from "../../core/trace";
import { invoke } from "./invoke";
import { nextDue, windowDelay } from "./occurrences";
import type { Schedule, SchedulerStore } from "./store";

/** Sets the timer of the schedule's next invocation; none while it is disabled. */
export function arm(schedule: Schedule, store: SchedulerStore, after: number): void {
  const { clock } = store.scope;
  disarm(schedule, store);
  if (schedule.State === "DISABLED") return;
  const due = nextDue(schedule, after);
  if (due === undefined) return;
  schedule.timer = clock.setTimeout(
    () => {
      arm(schedule, store, due);
      const last = schedule.timer === undefined;
      const { tracer } = store.scope.cloud;
      const start = { kind: "schedule", name: schedule.Name, data: { due } } as const;
      return traced(tracer, start, () =>
        invoke(schedule, due, store, () => {
          if (last) complete(schedule, store);
        }),
      );
    },
    due + windowDelay(schedule, due) - clock.now(),
    `schedule ${schedule.Name}`,
  );
}

export function disarm(schedule: Schedule, { scope }: SchedulerStore): void {
  scope.clock.clearTimeout(schedule.timer);
  schedule.timer = undefined;
}

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-delete.html */
function complete(schedule: Schedule, { schedules }: SchedulerStore): void {
  const key = `${schedule.GroupName}/${schedule.Name}`;
  if (schedule.ActionAfterCompletion === "DELETE" && schedules.get(key) === schedule)
    schedules.delete(key);
}
