import { type CronSchedule, parseSchedule, previousRun } from "../../schedule/schedule";
import type { BoundsSchedule, ScalingSettings } from "./model";

export const deploymentOnlyModule = true;

export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/**
 * Returns the bounds in force: those of the schedule with the most recent run. They depend on the time only, so a lost
 * event, or an update in between, never leaves outdated bounds. Of two schedules with the same run time, the later one
 * in the list wins.
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
  // A rate has no run times of its own; the component refuses it.
  return previousRun(parseSchedule(cron) as CronSchedule, new Date(now), timezone)?.getTime();
}
