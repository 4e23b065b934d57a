export const deploymentOnlyModule = true;

/** Messages of the queue, as SQS counts them, about. */
export interface Backlog {
  readonly visible: number;
  /** With a worker. */
  readonly inFlight: number;
  /** Sent on by a worker, to wait for something. */
  readonly delayed: number;
}

/** The Auto Scaling group of the workers. */
export interface WorkerGroup {
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  /** Instances that boot or serve. */
  readonly workers: readonly { readonly isIdle: boolean }[];
}

export interface WorkersDecision {
  readonly desired: number;
  /** Whether to look again in a minute. */
  readonly isAwake: boolean;
}

/**
 * How many workers there are to be: one for so many zips, and never fewer than are at work. Only workers that have said
 * that they are idle can go, so that a zip which comes at that moment finds one.
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
  // At its least size, and with nothing to do, the group changes when a zip comes, and then somebody calls.
  const isAtRest = !hasWork && to === min && desired === min && workers.length <= min;
  return { desired: to, isAwake: !isAtRest };
}
