export const deploymentOnlyModule = true;

/** Approximate numbers of the queue's messages, as SQS counts them. */
export interface Backlog {
  readonly visible: number;
  /** Received by a worker. */
  readonly inFlight: number;
  /** Sent again by a worker, to wait for something. */
  readonly delayed: number;
}

/** The Auto Scaling group of the workers. */
export interface WorkerGroup {
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  /** Instances that are starting or working. */
  readonly workers: readonly { readonly isIdle: boolean }[];
}

export interface WorkersDecision {
  readonly desired: number;
  /** Whether to check again in a minute. */
  readonly isAwake: boolean;
}

/**
 * Decides how many workers there should be: one for each `zipsPerWorker` zips, and never fewer than are working. Only
 * workers that have declared themselves idle can be removed, so that a zip that arrives at that moment still finds a
 * worker.
 *
 * @param zipsPerWorker 1 or more
 */
export function decideWorkers(
  { visible, inFlight, delayed }: Backlog,
  { min, max, desired, workers }: WorkerGroup,
  zipsPerWorker: number,
): WorkersDecision {
  const wanted = Math.ceil((visible + inFlight) / zipsPerWorker);
  const busy = workers.filter(({ isIdle }) => !isIdle).length;
  const to = Math.min(max, Math.max(min, wanted, busy));
  const hasWork = visible + inFlight + delayed > 0;
  // At its minimum size without work, the group only changes when a zip arrives, and then an event calls.
  const isAtRest = !hasWork && to === min && desired === min && workers.length <= min;
  return { desired: to, isAwake: !isAtRest };
}
