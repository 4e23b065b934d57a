import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { type DrainPlan, nextDrains } from "../containerInstances/drains";
import {
  isVictim,
  type ClusterInstance,
  registeredArns,
  type Victim,
} from "../containerInstances/machines";
import { setStatus } from "../containerInstances/setStatus";
import { refusal, type Maintained } from "../scaling/scaled";
import {
  type ContainerClients,
  type ContainerFleetLook,
  keptFor,
  withVictims,
} from "./containerFleet";
import { type FleetCounts, newTarget, setTarget } from "./fleets";
import type { FleetScalerConfig } from "./configuration";
import { type RememberedFleet, type FleetMachine, type FleetVictim, unitsIn } from "./machines";

export const deploymentOnlyModule = true;

/**
 * Milliseconds from Spot's interruption notice until its instance is certainly terminated. EC2 terminates it after two
 * minutes; terminating it earlier is billed.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-for-interrupted-spot-instances.html
 */
const INTERRUPTION = 180_000;

/** Changes the target. A lower target terminates no instance directly: its victims lose their tasks first. */
export async function changeContainerFleet(
  clients: ContainerClients,
  config: FleetScalerConfig,
  look: ContainerFleetLook,
  to: number,
): Promise<void> {
  const { machines } = look;
  const { victims, returning } = keptFor(to, look, { settings: config.settings, now: 0 });
  const [lowered, told] = partition(victims, ({ cause }) => cause === "scaleIn");
  await takeTasks(clients, config, named(machines, returning));
  // First: instances with a notice have two minutes, whatever happens to the target.
  await loseTasks(clients, config, among(machines, told));
  await retarget(clients, config, look, to);
  await loseTasks(clients, config, among(machines, lowered));
}

/** Finishes drains. */
export function maintainContainerFleet(
  clients: ContainerClients,
  config: FleetScalerConfig,
  look: ContainerFleetLook,
  now: number,
): Maintained {
  const { machines, kept, told, need, desired, busy } = look;
  const { drainTimeout } = config.settings;
  const [taken, others] = partition(kept.victims, (one) => isTakenAt(now, one));
  const drains = nextDrains({ machines }, { ...kept, victims: others }, { now, drainTimeout });
  const next = withVictims(machines, kept, [...taken, ...drains.victims]);
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
    if (more > 0) await retarget(clients, config, look, desired + more);
    // Fails the run: the alarm on errors notifies the user.
    if (problems.length > 0) throw refusal(`${problems.join("; ")}.`);
  };
  const { restUntil, ended } = drains;
  const isIdle = ended.length + problems.length + active.length + draining.length === 0;
  return {
    kept: { ...next, ...(restUntil === undefined ? {} : { restUntil }) } satisfies RememberedFleet,
    again: next.victims.length + next.returning.length > 0,
    done: [...told, ...drains.done, ...need.tooLarge],
    ...(isIdle ? {} : { act }),
  };
}

function isTakenAt(now: number, { cause, since }: FleetVictim): boolean {
  return cause === "interruption" && now < since + INTERRUPTION;
}

/** Returns the units of the instances that a lower target was to remove, and that stay. */
function unitsLoweredBy(
  machines: readonly FleetMachine[],
  { victims }: RememberedFleet,
  { stuck }: DrainPlan<FleetVictim>,
): number {
  const lowered = victims.filter(({ cause }) => cause === "scaleIn");
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

function among<M extends ClusterInstance>(machines: readonly M[], victims: readonly Victim[]): M[] {
  return machines.filter((one) => isVictim(victims, one));
}

function named<M extends ClusterInstance>(machines: readonly M[], ids: readonly string[]): M[] {
  return machines.filter(({ ec2InstanceId }) => ids.includes(ec2InstanceId));
}

function partition<T>(all: readonly T[], test: (one: T) => boolean): [T[], T[]] {
  return [all.filter(test), all.filter((one) => !test(one))];
}
