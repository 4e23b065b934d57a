import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { FleetScalerSettings } from "../../../callbacks/ecs/spotFleetScaler/configuration";
import type { SpotFleetScalerArgs } from "./args";

/** The properties of the program's fleet that the scaler depends on. */
export interface FleetFacts {
  readonly type?: string;
  /** Default kind of the target capacity: `spot` or `on-demand`. */
  readonly market?: string;
  /** Units of the target that are On-Demand. */
  readonly onDemand?: number;
  /** Whether instances above a lowered target stay. */
  readonly keepsExcess: boolean;
}

/** Returns the facts of a fleet; undefined if the program gives only its id: the function reads them at run time. */
export function factsOf(
  fleet: SpotFleetScalerArgs["fleet"],
): pulumi.Output<FleetFacts | undefined> {
  if (typeof fleet === "string") return pulumi.output(undefined);
  const keepsExcess = (policy = ""): boolean => /^no-?termination$/i.test(policy);
  return aws.ec2.SpotFleetRequest.isInstance(fleet)
    ? pulumi
        .all([fleet.fleetType, fleet.onDemandTargetCapacity, fleet.excessCapacityTerminationPolicy])
        .apply(([type, onDemand, policy]) => ({ type, onDemand, keepsExcess: keepsExcess(policy) }))
    : pulumi
        .all([fleet.type, fleet.targetCapacitySpecification, fleet.excessCapacityTerminationPolicy])
        .apply(([type, target, policy]) => ({
          type,
          market: target?.defaultTargetCapacityType,
          onDemand: target?.onDemandTargetCapacity,
          keepsExcess: keepsExcess(policy),
        }));
}

/** Returns why the scaler cannot scale a fleet; undefined if it can. */
export function fleetProblem(
  { type = "maintain", market = "spot", onDemand = 0 }: FleetFacts,
  { onDemandBase }: Pick<SpotFleetScalerArgs, "onDemandBase">,
): string | undefined {
  if (type !== "maintain")
    return `fleet: its type is ${type}, whose target cannot be changed; give a fleet of type maintain`;
  if (market !== "spot")
    return `fleet: its defaultTargetCapacityType is ${market}; set it to spot, and give onDemandBase for the On-Demand units`;
  if (onDemand > 0 && onDemandBase === undefined)
    return `onDemandBase: not given, and ${onDemand} units of the fleet are On-Demand; give ${onDemand} to keep them, or 0 to use Spot instead`;
  return undefined;
}

/**
 * Returns what to do so that an update does not revert the fleet's policy; undefined if nothing needs to be done. When
 * something else of an EC2 Fleet changes, the provider also sends policy and target as in the program and its state.
 * https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ec2/ec2_fleet.go (resourceFleetUpdate)
 */
export function policyAdvice(
  { keepsExcess }: FleetFacts,
  {
    engine,
    excess,
    mode,
    hasCluster,
  }: Pick<FleetScalerSettings, "engine" | "excess" | "mode"> & { readonly hasCluster: boolean },
): string | undefined {
  const isToKeep = hasCluster || excess === "keep";
  if (mode === "observe" || keepsExcess === isToKeep) return undefined;
  const [keep, end] =
    engine === "spotFleet" ? ["NoTermination", "Default"] : ["no-termination", "termination"];
  const becomes = isToKeep
    ? "end instances at once that should stay, or be drained first"
    : "keep instances that should end";
  return (
    `the scaler changes the fleet's excessCapacityTerminationPolicy to ${isToKeep ? keep : end}, and a later update could ` +
    `change it back and ${becomes}; give the fleet excessCapacityTerminationPolicy: "${isToKeep ? keep : end}".`
  );
}
