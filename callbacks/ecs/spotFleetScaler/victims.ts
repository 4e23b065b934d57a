import { isVictim } from "../containerInstances/machines";
import { victimOrder } from "../containerInstances/victimOrder";
import { type FleetMachine, type FleetVictim, type Market, unitsIn } from "./machines";

export const deploymentOnlyModule = true;

/** The target of each market, in units: below it the fleet would start another instance. */
export type Targets = Readonly<Record<Market, number>>;

export function targetsOf(total: number, onDemandBase: number): Targets {
  const onDemand = Math.min(onDemandBase, total);
  return { "on-demand": onDemand, spot: total - onDemand };
}

/**
 * Returns the victims that remain: without them the other instances must still reach the targets. So a victim returns
 * to service when the target rises, when the target was never lowered, and when Spot has interrupted another instance
 * meanwhile. Victims with a notice of Spot always remain.
 */
export function keepVictims(
  machines: readonly FleetMachine[],
  victims: readonly FleetVictim[],
  targets: Targets,
): FleetVictim[] {
  const isFinal = ({ cause, ending }: FleetVictim): boolean =>
    cause !== "scaleIn" || ending === true;
  const kept = victims.filter(isFinal);
  // The newest victims have the most tasks left: they return to service first.
  for (const victim of victims) {
    if (isFinal(victim)) continue;
    if (canGo(machines, kept, victim, targets)) kept.push(victim);
  }
  return victims.filter((one) => kept.includes(one));
}

/** Chooses further victims for lower targets: never so many that the fleet would start new instances. */
export function chooseVictims(
  machines: readonly FleetMachine[],
  victims: readonly FleetVictim[],
  { targets, now }: { readonly targets: Targets; readonly now: number },
): FleetVictim[] {
  const chosen = [...victims];
  for (const { ec2InstanceId } of victimOrder({ machines }, victims)) {
    const victim: FleetVictim = { ec2InstanceId, since: now, cause: "scaleIn" };
    if (canGo(machines, chosen, victim, targets)) chosen.push(victim);
  }
  return chosen;
}

function canGo(
  machines: readonly FleetMachine[],
  gone: readonly FleetVictim[],
  { ec2InstanceId }: FleetVictim,
  targets: Targets,
): boolean {
  const machine = machines.find((one) => one.ec2InstanceId === ec2InstanceId);
  if (!machine) return false;
  const staying = machines.filter(
    (one) => one.isCapacity && !isVictim(gone, one) && one !== machine,
  );
  return unitsIn(staying, machine.market) >= targets[machine.market];
}
