import { isLeaving } from "../containerInstances/machines";
import { removalOrder } from "../containerInstances/removalOrder";
import { type FleetMachine, type LeavingFleetInstance, type Market, unitsIn } from "./machines";

export const deploymentOnlyModule = true;

/** The target of each market, in units: below it the fleet would start another instance. */
export type Targets = Readonly<Record<Market, number>>;

export function targetsOf(total: number, onDemandBase: number): Targets {
  const onDemand = Math.min(onDemandBase, total);
  return { "on-demand": onDemand, spot: total - onDemand };
}

/**
 * Returns the instances that still leave: without them the other instances must reach the targets. So a leaving instance
 * returns to service when the target rises, when the target was never lowered, and when Spot has interrupted another
 * instance meanwhile. Instances with a notice of Spot always leave.
 */
export function keepLeaving(
  machines: readonly FleetMachine[],
  leaving: readonly LeavingFleetInstance[],
  targets: Targets,
): LeavingFleetInstance[] {
  const isFinal = ({ cause, ending }: LeavingFleetInstance): boolean =>
    cause !== "scaleIn" || ending === true;
  const kept = leaving.filter(isFinal);
  // The instances chosen last have the most tasks left: they return to service first.
  for (const one of leaving) {
    if (isFinal(one)) continue;
    if (canGo(machines, kept, one, targets)) kept.push(one);
  }
  return leaving.filter((one) => kept.includes(one));
}

/** Chooses further instances to remove for lower targets: never so many that the fleet would start new instances. */
export function chooseLeaving(
  machines: readonly FleetMachine[],
  leaving: readonly LeavingFleetInstance[],
  { targets, now }: { readonly targets: Targets; readonly now: number },
): LeavingFleetInstance[] {
  const chosen = [...leaving];
  for (const { ec2InstanceId } of removalOrder({ machines }, leaving)) {
    const one: LeavingFleetInstance = { ec2InstanceId, since: now, cause: "scaleIn" };
    if (canGo(machines, chosen, one, targets)) chosen.push(one);
  }
  return chosen;
}

function canGo(
  machines: readonly FleetMachine[],
  gone: readonly LeavingFleetInstance[],
  { ec2InstanceId }: LeavingFleetInstance,
  targets: Targets,
): boolean {
  const machine = machines.find((one) => one.ec2InstanceId === ec2InstanceId);
  if (!machine) return false;
  const staying = machines.filter(
    (one) => one.isCapacity && !isLeaving(gone, one) && one !== machine,
  );
  return unitsIn(staying, machine.market) >= targets[machine.market];
}
