/** State of a service's tasks at one instant, as input of the rolling update. */
export interface RolloutState {
  readonly desired: number;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  /** Tasks of the PRIMARY deployment. */
  readonly primary: TaskCounts;
  /** Tasks of the deployments that are being replaced. */
  readonly old: TaskCounts;
  /** Tasks of any deployment that are stopping. */
  readonly stopping: number;
  /** Number of additional tasks that the cluster has room for. Default: no limit. */
  readonly room?: number;
}

export interface TaskCounts {
  /** Not RUNNING yet. */
  readonly pending: number;
  readonly running: number;
}

/** Actions for the scheduler now; if there are none, it waits until a task changes. */
export interface RolloutStep {
  readonly start: number;
  readonly stopPrimary: number;
  readonly stopOldPending: number;
  readonly stopOldRunning: number;
  /** True when the percentages themselves allow no step, now or later. */
  readonly stuck: boolean;
  /** Number of starts that only missing room in the cluster prevents. */
  readonly unplaced: number;
}

/**
 * Computes one step of a rolling update. minimumHealthyPercent of the desired count rounds up, maximumPercent rounds
 * down. Old tasks stop when new ones run in their place, or earlier to make room for them.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
 */
export function rolloutStep(state: RolloutState): RolloutStep {
  const { desired, primary, old, stopping } = state;
  const lower = Math.ceil((desired * state.minimumHealthyPercent) / 100);
  const upper = Math.floor((desired * state.maximumPercent) / 100);
  const active = primary.pending + primary.running;
  const missing = Math.max(0, desired - active);
  const existing = active + old.pending + old.running + stopping;

  // Old tasks that never ran serve no requests: they stop first and do not count as healthy.
  const stopOldPending = old.pending;
  const allowed = Math.min(missing, Math.max(0, upper - existing));
  const start = Math.min(allowed, state.room ?? allowed);
  const healthy = primary.running + old.running;
  const replaced = healthy - desired;
  const inTheWay = missing - start - stopping - stopOldPending;
  const stopOldRunning = clamp(
    Math.max(replaced, Math.min(inTheWay, healthy - lower)),
    0,
    old.running,
  );
  return {
    start,
    stopPrimary: Math.max(0, active - desired),
    stopOldPending,
    stopOldRunning,
    stuck:
      missing > 0 &&
      allowed === 0 &&
      stopOldPending + stopOldRunning + stopping + primary.pending === 0,
    unplaced: allowed - start,
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
