import { type CronSchedule, parseSchedule, previousRun } from "../../schedule/schedule";
import type { BoundsSchedule, ScalingSettings } from "./model";

export const deploymentOnlyModule = true;

export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/**
 * The bounds in force: those of the schedule whose last time is the newest. They follow from the time alone, so that an
 * event that is lost, or an update in between, leaves no bounds of yesterday. Of two at the same time the later in the
 * list holds.
 */
export function boundsAt(
  { min, max, schedules }: Pick<ScalingSettings, "min" | "max" | "schedules">,
  now: number,
): Bounds {
  let newest = -Infinity;
  let bounds: Bounds = { min, max };
  for (const schedule of schedules) {
    const last = lastTime(schedule, now);
    if (last === undefined || last < newest) continue;
    newest = last;
    bounds = { min: schedule.min, max: schedule.max };
  }
  return bounds;
}

function lastTime({ cron, timezone }: BoundsSchedule, now: number): number | undefined {
  // A rate has no last time; the component refuses it.
  return previousRun(parseSchedule(cron) as CronSchedule, new Date(now), timezone)?.getTime();
}
