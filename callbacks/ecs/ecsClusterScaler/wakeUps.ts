import { movingTasks } from "../containerInstances/removalOrder";
import type { ScalingSettings } from "../scaling/model";
import type { ClusterState, RememberedCluster } from "./cluster";

export const deploymentOnlyModule = true;

/** Milliseconds until CloudWatch has datapoints of the present state. */
const METRICS_LATE = 180_000;

/**
 * Checks whether an event is sure to wake the scaler before another instance becomes removable. The end of a service's
 * task has an event; the end of a RunTask task has none, and neither has the end of the pause after an unfinished
 * drain. The metrics since the last change must also be available.
 */
export function isWokenByEvents(
  state: ClusterState,
  { restUntil = 0, lastActivity = 0 }: Pick<RememberedCluster, "restUntil" | "lastActivity">,
  { now, settings }: { readonly now: number; readonly settings: Pick<ScalingSettings, "rules"> },
): boolean {
  const longest = Math.max(
    0,
    ...settings.rules.map(({ in: signal }) => (signal ? signal.period * signal.of * 1000 : 0)),
  );
  return !hasLoneTasks(state) && now >= restUntil && now >= lastActivity + longest + METRICS_LATE;
}

/** Returns when something last happened: an event other than the tick, or the end of the last RunTask task. */
export function lastActivityAt(
  state: ClusterState,
  { lastActivity, hadLoneTasks }: Pick<RememberedCluster, "lastActivity" | "hadLoneTasks">,
  { now, isTick }: { readonly now: number; readonly isTick: boolean },
): number {
  const isOver = hadLoneTasks === true && !hasLoneTasks(state);
  return isTick && !isOver ? (lastActivity ?? now) : now;
}

/** Checks whether a task without a service runs. */
export function hasLoneTasks({ machines }: ClusterState): boolean {
  return machines.flatMap(movingTasks).some(({ service }) => service === undefined);
}
