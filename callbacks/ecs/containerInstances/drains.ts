import {
  isLeaving,
  type ClusterInstance,
  type ClusterInstances,
  presentLeaving,
  type LeavingInstance,
} from "./machines";
import { movingTasks } from "./removalOrder";

export const deploymentOnlyModule = true;

/** Milliseconds after which a requested termination is requested again: the function's timeout. */
const LONGEST_EVALUATION = 30_000;
/** After a drain that did not finish, the next one is tried after this many drain timeouts. */
const RESTS = 4;

/** The remembered state of drains. */
export interface DrainState<V extends LeavingInstance = LeavingInstance> {
  /** The instances that are being removed. */
  readonly leaving: readonly V[];
  /** Until then nothing is drained, because a drain did not finish. Milliseconds since the epoch. */
  readonly restUntil?: number;
}

/** The next state of the drains under way, and what to do for it. */
export interface DrainPlan<V extends LeavingInstance = LeavingInstance> {
  readonly leaving: readonly V[];
  readonly restUntil?: number;
  /** Instances to terminate: they are empty, or their drain timeout is over. */
  readonly ended: readonly ClusterInstance[];
  /** Instances that accept tasks again. */
  readonly stuck: readonly ClusterInstance[];
  /** Leaving instances that ECS does not drain yet. */
  readonly drained: readonly ClusterInstance[];
  /** What happened, in words. */
  readonly done: readonly string[];
  readonly problems: readonly string[];
}

export function nextDrains<V extends LeavingInstance>(
  state: ClusterInstances,
  kept: DrainState<V>,
  { now, drainTimeout }: { readonly now: number; readonly drainTimeout: number },
): DrainPlan<V> {
  const present = presentLeaving(state, kept.leaving);
  const found = state.machines.filter((one) => isLeaving(present, one));
  const at = (machine: ClusterInstance): V =>
    present.find(({ ec2InstanceId }) => ec2InstanceId === machine.ec2InstanceId) as V;
  const isLate = (machine: ClusterInstance): boolean =>
    now >= at(machine).since + drainTimeout * 1000;
  const isStuck = (machine: ClusterInstance): boolean =>
    !at(machine).ending && isLate(machine) && servicesOf(machine).length > 0;
  const isAsked = (machine: ClusterInstance): boolean =>
    at(machine).ending === true && now < at(machine).since + LONGEST_EVALUATION;
  const isOver = (machine: ClusterInstance): boolean =>
    movingTasks(machine).length === 0 || isLate(machine) || at(machine).ending === true;
  const drained = found.filter(
    (one) => one.registered?.status === "ACTIVE" && !at(one).ending && !isStuck(one),
  );
  const stuck = found.filter(isStuck);
  const ended = found.filter(
    (one) => !drained.includes(one) && !stuck.includes(one) && isOver(one) && !isAsked(one),
  );
  const leaving = present
    .filter((one) => !stuck.some(({ ec2InstanceId }) => ec2InstanceId === one.ec2InstanceId))
    .map((one) =>
      ended.some(({ ec2InstanceId }) => ec2InstanceId === one.ec2InstanceId)
        ? { ...one, since: now, ending: true }
        : one,
    );
  const restUntil = stuck.length > 0 ? now + RESTS * drainTimeout * 1000 : kept.restUntil;
  return {
    leaving,
    ...(restUntil === undefined ? {} : { restUntil }),
    ended,
    stuck,
    drained,
    done: [...ended.map(describeEnd), ...stuck.map((one) => describeStuck(one, drainTimeout))],
    problems: stuck.map((one) => describeStuck(one, drainTimeout)),
  };
}

/** Returns the names of the services that still have tasks on the instance. */
function servicesOf(machine: ClusterInstance): string[] {
  return [...new Set(movingTasks(machine).flatMap(({ service }) => service ?? []))];
}

function describeEnd(machine: ClusterInstance): string {
  const stopped = movingTasks(machine).map(({ arn }) => arn);
  const tasks = stopped.length > 0 ? `, and with it the tasks ${stopped.join(", ")}` : "";
  return `${machine.ec2InstanceId} ends${tasks}`;
}

function describeStuck(machine: ClusterInstance, seconds: number): string {
  const services = servicesOf(machine).join(", ");
  return (
    `${machine.ec2InstanceId} accepts tasks again: those of ${services} did not move within ${seconds} s; ` +
    "check minimumHealthyPercent, maximumPercent and the free capacity of the other instances"
  );
}
