import { movingTasks } from "../containerInstances/victimOrder";
import type { ScalingSettings } from "../scaling/model";
import type { ClusterState, Kept } from "./cluster";

export const deploymentOnlyModule = true;

/** Milliseconds until CloudWatch has a datapoint of what there is now. */
const METRICS_LATE = 180_000;

/**
 * Whether nothing makes an instance dispensable without a wake-up. Tasks of a service end with an event; those of RunTask
 * end without one, and a rest after a drain that did not end is over without one. The metrics of what has happened last
 * must be there.
 */
export function isTold(
  state: ClusterState,
  { restUntil = 0, stirred = 0 }: Pick<Kept, "restUntil" | "stirred">,
  { now, settings }: { readonly now: number; readonly settings: Pick<ScalingSettings, "rules"> },
): boolean {
  const longest = Math.max(
    0,
    ...settings.rules.map(({ in: signal }) => (signal ? signal.period * signal.of * 1000 : 0)),
  );
  return !hasLoneTasks(state) && now >= restUntil && now >= stirred + longest + METRICS_LATE;
}

/** When something has happened last: what wakes tells of it, and a look that the last task of RunTask is gone. */
export function stirredAt(
  state: ClusterState,
  { stirred, hadLoneTasks }: Pick<Kept, "stirred" | "hadLoneTasks">,
  { now, isTick }: { readonly now: number; readonly isTick: boolean },
): number {
  const isOver = hadLoneTasks === true && !hasLoneTasks(state);
  return isTick && !isOver ? (stirred ?? now) : now;
}

/** Whether a task runs that no service has. */
export function hasLoneTasks({ machines }: ClusterState): boolean {
  return machines.flatMap(movingTasks).some(({ service }) => service === undefined);
}
