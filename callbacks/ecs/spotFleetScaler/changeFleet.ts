import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { type DrainPlan, nextDrains } from "../containerInstances/drains";
import {
  isLeaving,
  type ClusterInstance,
  registeredArns,
  type LeavingInstance,
} from "../containerInstances/machines";
import { setStatus } from "../containerInstances/setStatus";
import { refusal, type Maintained } from "../scaling/scaled";
import {
  type ContainerClients,
  type ContainerFleetSnapshot,
  keptFor,
  withLeaving,
} from "./containerFleet";
import { type FleetCounts, newTarget, setTarget } from "./fleets";
import type { FleetScalerConfig } from "./configuration";
import {
  type RememberedFleet,
  type FleetMachine,
  type LeavingFleetInstance,
  storedFleet,
  unitsIn,
} from "./machines";

export const deploymentOnlyModule = true;

/**
 * Milliseconds from Spot's interruption notice until its instance is certainly terminated. EC2 terminates it after two
 * minutes; terminating it earlier is billed.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-for-interrupted-spot-instances.html
 */
const INTERRUPTION = 180_000;

/** Changes the target. A lower target terminates no instance directly: the leaving instances lose their tasks first. */
export async function changeContainerFleet(
  clients: ContainerClients,
  config: FleetScalerConfig,
  snapshot: ContainerFleetSnapshot,
  to: number,
): Promise<void> {
  const { machines } = snapshot;
  const { leaving, returning } = keptFor(to, snapshot, { settings: config.settings, now: 0 });
  const [lowered, notified] = partition(leaving, ({ cause }) => cause === "scaleIn");
  await takeTasks(clients, config, named(machines, returning));
  // First: instances with a notice have two minutes, whatever happens to the target.
  await loseTasks(clients, config, among(machines, notified));
  await retarget(clients, config, snapshot, to);
  await loseTasks(clients, config, among(machines, lowered));
}

/** Finishes drains. */
export function maintainContainerFleet(
  clients: ContainerClients,
  config: FleetScalerConfig,
  snapshot: ContainerFleetSnapshot,
  now: number,
): Maintained {
  const { machines, kept, notices, need, desired, busy } = snapshot;
  const { drainTimeout } = config.settings;
  const [taken, others] = partition(kept.leaving, (one) => isTakenAt(now, one));
  const drains = nextDrains({ machines }, { ...kept, leaving: others }, { now, drainTimeout });
  const next = withLeaving(machines, kept, [...taken, ...drains.leaving]);
  const active = named(machines, next.returning);
  const draining = [...drains.drained, ...among(machines, taken).filter(takesTasks)];
  // Instances that stay must be in the target again; while the fleet cannot be changed, the target is below the present
  // capacity.
  const more = busy === undefined ? unitsLoweredBy(machines, kept, drains) : 0;
  const problems = [...drains.problems, ...need.tooLarge];
  const act = async (): Promise<void> => {
    await takeTasks(clients, config, active);
    await loseTasks(clients, config, draining);
    for (const { ec2InstanceId } of drains.ended)
      await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [ec2InstanceId] }));
    if (more > 0) await retarget(clients, config, snapshot, desired + more);
    // Fails the run: the alarm on errors notifies the user.
    if (problems.length > 0) throw refusal(`${problems.join("; ")}.`);
  };
  const { restUntil, ended } = drains;
  const isIdle = ended.length + problems.length + active.length + draining.length === 0;
  return {
    kept: storedFleet({ ...next, ...(restUntil === undefined ? {} : { restUntil }) }),
    again: next.leaving.length + next.returning.length > 0,
    done: [...notices, ...drains.done, ...need.tooLarge],
    ...(isIdle ? {} : { act }),
  };
}

function isTakenAt(now: number, { cause, since }: LeavingFleetInstance): boolean {
  return cause === "interruption" && now < since + INTERRUPTION;
}

/** Returns the units of the instances that a lower target was to remove, and that stay. */
function unitsLoweredBy(
  machines: readonly FleetMachine[],
  { leaving }: RememberedFleet,
  { stuck }: DrainPlan<LeavingFleetInstance>,
): number {
  const lowered = leaving.filter(({ cause }) => cause === "scaleIn");
  const ids = stuck.map(({ ec2InstanceId }) => ec2InstanceId);
  return unitsIn(among(named(machines, ids), lowered));
}

/** Sets the target. Instances above the target stay until their tasks have ended. */
async function retarget(
  { ec2 }: ContainerClients,
  { fleetId: id, settings: { engine, onDemandBase } }: FleetScalerConfig,
  before: FleetCounts,
  to: number,
): Promise<void> {
  const target = newTarget(to, onDemandBase, before);
  await setTarget(ec2, { engine, id }, { ...target, excess: "keep" });
}

function takeTasks(
  { ecs }: ContainerClients,
  { cluster = "" }: FleetScalerConfig,
  machines: readonly ClusterInstance[],
): Promise<void> {
  return setStatus(ecs, cluster, { arns: registeredArns(machines), status: "ACTIVE" });
}

function loseTasks(
  { ecs }: ContainerClients,
  { cluster = "" }: FleetScalerConfig,
  machines: readonly ClusterInstance[],
): Promise<void> {
  const arns = registeredArns(machines.filter(takesTasks));
  return setStatus(ecs, cluster, { arns, status: "DRAINING" });
}

function takesTasks({ registered }: ClusterInstance): boolean {
  return registered?.status === "ACTIVE";
}

function among<M extends ClusterInstance>(
  machines: readonly M[],
  leaving: readonly LeavingInstance[],
): M[] {
  return machines.filter((one) => isLeaving(leaving, one));
}

function named<M extends ClusterInstance>(machines: readonly M[], ids: readonly string[]): M[] {
  return machines.filter(({ ec2InstanceId }) => ids.includes(ec2InstanceId));
}

function partition<T>(all: readonly T[], test: (one: T) => boolean): [T[], T[]] {
  return [all.filter(test), all.filter((one) => !test(one))];
}
