import type { EC2Client } from "@aws-sdk/client-ec2";
import type { ECSClient } from "@aws-sdk/client-ecs";
import { presentVictims, type Registered } from "../containerInstances/machines";
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
import { countsOf, describeFleet, type FleetCounts, type FleetLook } from "./fleets";
import type { FleetScalerConfig } from "./configuration";
import { type FleetKept, fleetKeptOf, type FleetMachine, unitsIn, withNotices } from "./machines";
import { type Member, readMembers } from "./members";
import { type FleetNeed, needOf, sizeOfNext } from "./places";
import { chooseVictims, keepVictims, targetsOf } from "./victims";
import { unitsOf } from "./weights";

export const deploymentOnlyModule = true;

export interface ContainerClients {
  readonly ec2: EC2Client;
  readonly ecs: ECSClient;
}

/** A fleet whose instances carry the tasks of a cluster, as it is now. */
export interface ContainerFleetLook extends FleetCounts {
  readonly need: FleetNeed;
  readonly machines: readonly FleetMachine[];
  /** What was kept, as far as it still is so, with what Spot has told since. */
  readonly kept: FleetKept;
  /** What Spot has told since, in words. */
  readonly told: readonly string[];
}

export type ReadContainerFleet = (memory: Promise<Memory>) => Promise<ContainerFleetLook>;

/** Reads it; what never changes is asked for once. */
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
    return lookAt(machines, counts, { waiting, memory, now: now(), settings });
  };
}

/** What one instance counts in vCPUs or memory only EC2 knows. */
function refuseOtherUnits({ id, unitType = "units" }: FleetLook): void {
  if (unitType === "units") return;
  throw refusal(
    `The fleet ${id} counts its capacity in ${unitType}, and how much of that an instance is it does not tell; count in units, with weights, or leave out cluster.`,
  );
}

function machineOf(
  { ec2InstanceId, instanceType, zone, market, isProtected }: Member,
  { weights }: FleetLook,
  registered: Registered | undefined,
): FleetMachine {
  return {
    ...{ ec2InstanceId, zone, market, isProtected },
    isCapacity: true,
    units: unitsOf(weights, instanceType, zone),
    ...(registered ? { registered } : {}),
  };
}

function lookAt(
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
): ContainerFleetLook {
  const notices = memory.notices.filter(({ ec2InstanceId: id }) =>
    machines.some(({ ec2InstanceId }) => ec2InstanceId === id),
  );
  const heedsRebalance = settings.rebalance === "drain";
  const before = withNotices(fleetKeptOf(memory.kept), notices, { now, heedsRebalance });
  const next = sizeOfNext(machines) ?? before.next;
  const settled = settledAt(machines, before, { desired, settings });
  const kept = { ...settled, ...(next ? { next } : {}) };
  // What is on its way out still works, and is in the averages of the fleet.
  const running = unitsIn(machines);
  const rests = kept.restUntil !== undefined && now < kept.restUntil;
  return {
    ...{ machines, kept, desired, running, onDemand },
    pending: Math.max(0, desired - running),
    ...(busy === undefined ? {} : { busy }),
    need: needOf(machines, waiting, { desired, kept, rests }),
    told: notices.map(({ kind, ec2InstanceId }) =>
      kind === "interruption"
        ? `Spot takes ${ec2InstanceId} back, ${kept.interruptions.length} in a day`
        : `${ec2InstanceId} is likely to be taken back`,
    ),
  };
}

/** Those victims that there are to be at this target, and who is to take tasks again. */
function settledAt(
  machines: readonly FleetMachine[],
  before: FleetKept,
  { desired, settings }: { readonly desired: number } & Pick<FleetScalerConfig, "settings">,
): FleetKept {
  const present = presentVictims({ machines }, before.victims);
  const candidates =
    settings.excess === "terminate" ? present : present.filter(({ cause }) => cause !== "scaleIn");
  const targets = targetsOf(desired, settings.onDemandBase);
  const victims = keepVictims(machines, candidates, targets);
  return withVictims(machines, { ...before, victims: present }, victims);
}

/** Other victims: who is none any more takes tasks again, which is kept until it is so. */
export function withVictims(
  machines: readonly FleetMachine[],
  before: FleetKept,
  victims: FleetKept["victims"],
): FleetKept {
  return { ...before, victims, returning: returningOf(machines, before, victims) };
}

/** What is kept for another target. */
export function keptFor(
  to: number,
  { machines, kept, desired }: ContainerFleetLook,
  { settings, now }: { readonly now: number } & Pick<FleetScalerConfig, "settings">,
): FleetKept {
  const targets = targetsOf(to, settings.onDemandBase);
  const victims =
    to < desired && settings.excess === "terminate"
      ? chooseVictims(machines, kept.victims, { targets, now })
      : keepVictims(machines, kept.victims, targets);
  return withVictims(machines, kept, victims);
}
