import { fits, type Size, take } from "../../containerInstances/fit";

export const deploymentOnlyModule = true;

export interface SimulatedTask {
  readonly id: number;
  readonly runsAt: number;
  /** Time from which its room is free; undefined until ECS stops the task. */
  stopsAt?: number;
}

export interface SimulatedInstance {
  readonly id: string;
  readonly zone: string;
  /** When its agent registers. Milliseconds since the epoch. */
  readonly readyAt: number;
  status: "ACTIVE" | "DRAINING";
  tasks: SimulatedTask[];
}

/** Milliseconds from the placement of a task until it runs, and from the order to stop until it has stopped. */
const TASK_MS = 10_000;

/**
 * The tasks of one service, spread over zones and instances. A task on a draining instance stops only after its
 * replacement runs. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-draining.html
 */
export class SimulatedService {
  /** Number of tasks that cannot be placed. */
  waiting = 0;
  /** What the scheduler saw last: only a change wakes it. */
  private seen = "";
  private isSteady = true;
  private started = 0;

  constructor(
    private readonly task: Size,
    private readonly empty: Size,
  ) {}

  freeOf({ tasks }: SimulatedInstance): Size {
    return tasks.reduce((room) => take(room, this.task), this.empty);
  }

  /**
   * Starts and stops tasks. Returns whether ECS sends an event: a task cannot be placed, or the service has reached a
   * steady state.
   */
  step(instances: readonly SimulatedInstance[], desired: number, now: number): boolean {
    for (const one of instances)
      one.tasks = one.tasks.filter(({ stopsAt = Infinity }) => stopsAt > now);
    const before = this.seen;
    this.seen = `${desired} ${JSON.stringify(seenAt(instances, now))}`;
    if (this.seen === before) return false;
    const unplaced = this.start(instances, desired, now);
    this.stopLeaving(instances, desired, now);
    this.stopMany(instances, desired, now);
    const all = instances.flatMap(({ tasks }) => tasks);
    this.waiting = Math.max(0, desired - stayingOn(instances).length);
    const isSteady =
      unplaced === 0 && all.length === desired && all.every((one) => isRunning(one, now));
    const isRested = isSteady && !this.isSteady;
    this.isSteady = isSteady;
    return unplaced > 0 || isRested;
  }

  /**
   * Starts tasks on open instances until the desired count is reached there, or no instance has room. Returns how many
   * found no place.
   */
  private start(instances: readonly SimulatedInstance[], desired: number, now: number): number {
    const missing = Math.max(0, desired - stayingOn(instances.filter(isOpenAt(now))).length);
    let placed = 0;
    for (; placed < missing; placed += 1) {
      const place = this.choose(instances.filter(isOpenAt(now)));
      if (!place) break;
      this.started += 1;
      place.tasks.push({ id: this.started, runsAt: now + TASK_MS });
    }
    return missing - placed;
  }

  private choose(open: readonly SimulatedInstance[]): SimulatedInstance | undefined {
    const inZone = (zone: string): number =>
      open.filter((one) => one.zone === zone).reduce((sum, { tasks }) => sum + tasks.length, 0);
    return open
      .filter((one) => fits(this.task, this.freeOf(one)))
      .sort((a, b) => inZone(a.zone) - inZone(b.zone) || a.tasks.length - b.tasks.length)
      .at(0);
  }

  /** Stops tasks on draining instances, as many as run in excess of the desired count. */
  private stopLeaving(instances: readonly SimulatedInstance[], desired: number, now: number): void {
    const leaving = stayingOn(instances.filter(({ status }) => status === "DRAINING"));
    const running = stayingOn(instances).filter((one) => isRunning(one, now)).length;
    for (const one of leaving.slice(0, Math.max(0, running - desired))) one.stopsAt = now + TASK_MS;
  }

  /** Stops tasks on other instances that exceed the desired count, the newest first. */
  private stopMany(instances: readonly SimulatedInstance[], desired: number, now: number): void {
    const staying = stayingOn(instances.filter(({ status }) => status === "ACTIVE"));
    const newest = staying.sort((a, b) => b.id - a.id);
    for (const one of newest.slice(0, Math.max(0, staying.length - desired)))
      one.stopsAt = now + TASK_MS;
  }
}

function isOpenAt(now: number): (one: SimulatedInstance) => boolean {
  return ({ status, readyAt }) => status === "ACTIVE" && readyAt <= now;
}

/** Returns the ids of the tasks that have started, by registered instance and status. */
function seenAt(instances: readonly SimulatedInstance[], now: number): unknown[] {
  return instances
    .filter(({ readyAt }) => readyAt <= now)
    .map(({ id, status, tasks }) => [
      ...[id, status],
      ...tasks.filter(({ runsAt }) => runsAt <= now).map((task) => task.id),
    ]);
}

function isRunning({ runsAt, stopsAt }: SimulatedTask, now: number): boolean {
  return runsAt <= now && stopsAt === undefined;
}

/** Returns the tasks that ECS has not begun to stop. */
function stayingOn(instances: readonly SimulatedInstance[]): SimulatedTask[] {
  return instances.flatMap(({ tasks }) => tasks.filter(({ stopsAt }) => stopsAt === undefined));
}
