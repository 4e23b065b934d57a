import {
  DescribeFleetsCommand,
  DescribeSpotFleetRequestsCommand,
  type EC2Client,
  ModifyFleetCommand,
  ModifySpotFleetRequestCommand,
} from "@aws-sdk/client-ec2";
import { type Counts, refusal } from "../scaling/scaled";
import { targetsOf } from "./leaving";
import { weightsOf, type Weighted } from "./weights";

export const deploymentOnlyModule = true;

/** `spotFleet` is a Spot Fleet request, `ec2Fleet` an EC2 Fleet. */
export type FleetEngine = "spotFleet" | "ec2Fleet";

/**
 * What happens to instances above a lower target: the fleet terminates them, or they stay until something else ends
 * them.
 */
export type ExcessPolicy = "terminate" | "keep";

/** Description of a fleet, with the same words for both kinds. */
export interface DescribedFleet {
  readonly id: string;
  readonly type?: string;
  readonly state?: string;
  readonly target?: number;
  readonly fulfilled?: number;
  /** On-Demand units of the target. */
  readonly onDemand?: number;
  /** Market of a target that names none: `spot` or `on-demand`. A Spot Fleet request has no choice. */
  readonly market?: string;
  /** Units of its instances, by type and zone. */
  readonly weights: readonly Weighted[];
  /** `units`, or another unit in which the target is counted. */
  readonly unitType?: string;
}

export async function describeFleet(
  ec2: EC2Client,
  engine: FleetEngine,
  id: string,
): Promise<DescribedFleet> {
  if (engine === "spotFleet") {
    const input = { SpotFleetRequestIds: [id] };
    const found = await ec2.send(new DescribeSpotFleetRequestsCommand(input));
    const one = found.SpotFleetRequestConfigs?.at(0);
    const config = one?.SpotFleetRequestConfig;
    return {
      id,
      type: config?.Type,
      state: one?.SpotFleetRequestState,
      target: config?.TargetCapacity,
      fulfilled: config?.FulfilledCapacity,
      onDemand: config?.OnDemandTargetCapacity,
      weights: weightsOf(config?.LaunchTemplateConfigs, config?.LaunchSpecifications),
      unitType: config?.TargetCapacityUnitType,
    };
  }
  const { Fleets } = await ec2.send(new DescribeFleetsCommand({ FleetIds: [id] }));
  const one = Fleets?.at(0);
  const target = one?.TargetCapacitySpecification;
  return {
    id,
    type: one?.Type,
    state: one?.FleetState,
    target: target?.TotalTargetCapacity,
    fulfilled: one?.FulfilledCapacity,
    onDemand: target?.OnDemandTargetCapacity,
    market: target?.DefaultTargetCapacityType,
    weights: weightsOf(one?.LaunchTemplateConfigs),
    unitType: target?.TargetCapacityUnitType,
  };
}

/** The counts of a fleet, in units of capacity. */
export interface FleetCounts extends Counts {
  /** On-Demand units of the target; undefined where EC2 does not return them. */
  readonly onDemand?: number;
}

/** @throws Error named ScalingRefused for a fleet that cannot be changed any more, or that is not a Spot fleet. */
export function countsOf({
  id,
  type,
  state,
  target = 0,
  fulfilled = 0,
  onDemand,
  market = "spot",
}: DescribedFleet): FleetCounts {
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-fleet-states.html
  if (type !== "maintain")
    throw refusal(
      `The fleet ${id} is of the type ${type}, whose target cannot be changed; make one of the type maintain.`,
    );
  if (state !== "active" && state !== "modifying" && state !== "submitted")
    throw refusal(`The fleet ${id} is ${state}; make a new one, or destroy the scaler.`);
  if (market !== "spot")
    throw refusal(
      `The fleet ${id} has the DefaultTargetCapacityType ${market}; make one with spot, and say by onDemandBase what is to be On-Demand.`,
    );
  const pending = Math.max(0, target - fulfilled);
  const counts = { desired: target, running: fulfilled, pending, onDemand };
  return state === "active" ? counts : { ...counts, busy: `the fleet is ${state}` };
}

/** A target, and what happens to instances above it. */
export interface NewTarget {
  readonly target: number;
  /** Its On-Demand units. Default: unchanged. */
  readonly onDemand?: number;
  readonly excess: ExcessPolicy;
}

/** Creates a target with an On-Demand base; unchanged values are left out. */
export function newTarget(
  target: number,
  onDemandBase: number,
  { onDemand: before }: FleetCounts,
): Pick<NewTarget, "target" | "onDemand"> {
  const onDemand = targetsOf(target, onDemandBase)["on-demand"];
  return onDemand === before ? { target } : { target, onDemand };
}

/**
 * Sets the target; AWS allows one change at a time:
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySpotFleetRequest.html
 */
export async function setTarget(
  ec2: EC2Client,
  fleet: { readonly engine: FleetEngine; readonly id: string },
  { target, onDemand, excess }: NewTarget,
): Promise<void> {
  if (fleet.engine === "spotFleet") {
    await ec2.send(
      new ModifySpotFleetRequestCommand({
        SpotFleetRequestId: fleet.id,
        TargetCapacity: target,
        OnDemandTargetCapacity: onDemand,
        ExcessCapacityTerminationPolicy: excess === "keep" ? "noTermination" : "default",
      }),
    );
    return;
  }
  await ec2.send(
    new ModifyFleetCommand({
      FleetId: fleet.id,
      ExcessCapacityTerminationPolicy: excess === "keep" ? "no-termination" : "termination",
      TargetCapacitySpecification: {
        TotalTargetCapacity: target,
        OnDemandTargetCapacity: onDemand,
      },
    }),
  );
}
