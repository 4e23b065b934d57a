import type { EC2Client } from "@aws-sdk/client-ec2";
import type { ECSClient } from "@aws-sdk/client-ecs";
import { presentLeaving, type Registered } from "../containerInstances/machines";
import { createInterfacesOf, readInstances } from "../containerInstances/readInstances";
import {
  definitionSizes,
  isDaemon,
  readServices,
  readWaiting,
  type Waiting,
} from "../containerInstances/readServices";
import { returningOf } from "../containerInstances/returning";
import type { Memory } from "../scaling/memory";
import { refusal } from "../scaling/scaled";
import { countsOf, describeFleet, type FleetCounts, type DescribedFleet } from "./fleets";
import type { FleetScalerConfig } from "./configuration";
import {
  type RememberedFleet,
  fleetKeptOf,
  type FleetMachine,
  unitsIn,
  withNotices,
} from "./machines";
import { type Member, readMembers } from "./members";
import { type FleetNeed, needOf, sizeOfNext } from "./places";
import { chooseLeaving, keepLeaving, targetsOf } from "./leaving";
import { unitsOf } from "./weights";

export const deploymentOnlyModule = true;

export interface ContainerClients {
  readonly ec2: EC2Client;
  readonly ecs: ECSClient;
}

/** The present state of a fleet whose instances run the tasks of a cluster. */
export interface ContainerFleetSnapshot extends FleetCounts {
  readonly need: FleetNeed;
  readonly machines: readonly FleetMachine[];
  /** The remembered state, without what is outdated and with Spot's notices since. */
  readonly kept: RememberedFleet;
  /** Spot's notices since, in words. */
  readonly notices: readonly string[];
}

export type ReadContainerFleet = (memory: Promise<Memory>) => Promise<ContainerFleetSnapshot>;

/** Creates a function that reads the fleet; values that never change are read once. */
export function createReadContainerFleet(
  { ec2, ecs }: ContainerClients,
  { settings, fleetId, cluster = "" }: FleetScalerConfig,
  now: () => number,
): ReadContainerFleet {
  const { engine } = settings;
  const sizeOf = definitionSizes(ecs);
  const interfacesOf = createInterfacesOf(ec2);
  return async (recalling) => {
    const reading = readServices(ecs, cluster);
    const daemons = (): Promise<ReadonlySet<string>> =>
      reading.then((all) => new Set(all.filter(isDaemon).map((one) => one.serviceName ?? "")));
    const [memory, fleet, members, registered, services] = await Promise.all([
      recalling,
      describeFleet(ec2, engine, fleetId),
      readMembers(ec2, { engine, id: fleetId }),
      readInstances({ ecs, interfacesOf }, cluster, daemons),
      reading,
    ]);
    const counts = countsOf(fleet);
    refuseOtherUnits(fleet);
    const machines = members.map((one) => machineOf(one, fleet, registered.get(one.ec2InstanceId)));
    const { waiting } = await readWaiting(services, sizeOf, 0);
    return snapshotOf(machines, counts, { waiting, memory, now: now(), settings });
  };
}

/** Refuses vCPUs or memory as units: only EC2 knows how many of them one instance is. */
function refuseOtherUnits({ id, unitType = "units" }: DescribedFleet): void {
  if (unitType === "units") return;
  throw refusal(
    `The fleet ${id} counts its capacity in ${unitType}, and does not say how much of it one instance provides; count in units, with weights, or leave out cluster.`,
  );
}

function machineOf(
  { ec2InstanceId, instanceType, zone, market, isProtected }: Member,
  { weights }: DescribedFleet,
  registered: Registered | undefined,
): FleetMachine {
  return {
    ...{ ec2InstanceId, zone, market, isProtected },
    isCapacity: true,
    units: unitsOf(weights, instanceType, zone),
    ...(registered ? { registered } : {}),
  };
}

function snapshotOf(
  machines: readonly FleetMachine[],
  { desired, busy, onDemand }: FleetCounts,
  {
    waiting,
    memory,
    now,
    settings,
  }: {
    readonly waiting: readonly Waiting[];
    readonly memory: Memory;
    readonly now: number;
  } & Pick<FleetScalerConfig, "settings">,
): ContainerFleetSnapshot {
  const notices = memory.notices.filter(({ ec2InstanceId: id }) =>
    machines.some(({ ec2InstanceId }) => ec2InstanceId === id),
  );
  const drainsOnRebalance = settings.rebalance === "drain";
  const before = withNotices(fleetKeptOf(memory.kept), notices, {
    now,
    drainsOnRebalance,
  });
  const next = sizeOfNext(machines) ?? before.next;
  const settled = leavingAt(machines, before, { desired, settings });
  const kept = { ...settled, ...(next ? { next } : {}) };
  // An instance that is being removed still works, and is part of the fleet's averages.
  const running = unitsIn(machines);
  const rests = kept.restUntil !== undefined && now < kept.restUntil;
  return {
    ...{ machines, kept, desired, running, onDemand },
    pending: Math.max(0, desired - running),
    ...(busy === undefined ? {} : { busy }),
    need: needOf(machines, waiting, { desired, kept, rests }),
    notices: notices.map(({ kind, ec2InstanceId }) =>
      kind === "interruption"
        ? `Spot interrupts ${ec2InstanceId}, ${kept.interruptions.length} in a day`
        : `${ec2InstanceId} has an elevated risk of interruption`,
    ),
  };
}

/** Returns which instances still leave at this target, and which must accept tasks again. */
function leavingAt(
  machines: readonly FleetMachine[],
  before: RememberedFleet,
  { desired, settings }: { readonly desired: number } & Pick<FleetScalerConfig, "settings">,
): RememberedFleet {
  const present = presentLeaving({ machines }, before.leaving);
  const candidates =
    settings.excess === "terminate" ? present : present.filter(({ cause }) => cause !== "scaleIn");
  const targets = targetsOf(desired, settings.onDemandBase);
  const leaving = keepLeaving(machines, candidates, targets);
  return withLeaving(machines, { ...before, leaving: present }, leaving);
}

/**
 * Replaces the leaving instances: those that do not leave any more must accept tasks again, and are remembered until
 * they do.
 */
export function withLeaving(
  machines: readonly FleetMachine[],
  before: RememberedFleet,
  leaving: RememberedFleet["leaving"],
): RememberedFleet {
  return { ...before, leaving, returning: returningOf(machines, before, leaving) };
}

/** Returns the state to remember for another target. */
export function keptFor(
  to: number,
  { machines, kept, desired }: ContainerFleetSnapshot,
  { settings, now }: { readonly now: number } & Pick<FleetScalerConfig, "settings">,
): RememberedFleet {
  const targets = targetsOf(to, settings.onDemandBase);
  const leaving =
    to < desired && settings.excess === "terminate"
      ? chooseLeaving(machines, kept.leaving, { targets, now })
      : keepLeaving(machines, kept.leaving, targets);
  return withLeaving(machines, kept, leaving);
}
