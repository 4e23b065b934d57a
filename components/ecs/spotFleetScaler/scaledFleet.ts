import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { FleetEngine } from "../../../callbacks/ecs/spotFleetScaler/fleets";
import { clusterNameOf } from "../resourceName";
import { otherScalerProblem, scalableTargets } from "../scaling/otherScaler";
import type { SpotFleetScalerArgs } from "./args";
import { factsOf, fleetProblem } from "./fleetFacts";

type GivenFleet = SpotFleetScalerArgs["fleet"];

/** The fleet, and the cluster whose tasks it runs. */
export interface ScaledFleet {
  readonly engine: FleetEngine;
  readonly fleetId: pulumi.Output<string>;
  readonly cluster?: pulumi.Output<string>;
}

/** Returns the fleet's kind by its id. The checks refuse anything that is not an id. */
export function engineOf(fleet: GivenFleet): FleetEngine {
  if (typeof fleet === "string") return engineOfId(fleet) ?? "ec2Fleet";
  return aws.ec2.SpotFleetRequest.isInstance(fleet) ? "spotFleet" : "ec2Fleet";
}

export function engineOfId(id: string): FleetEngine | undefined {
  const [, kind] = /^(fleet|sfr)-[0-9a-f-]+$/.exec(id) ?? [];
  if (kind === undefined) return undefined;
  return kind === "sfr" ? "spotFleet" : "ec2Fleet";
}

export function idOf(fleet: GivenFleet): pulumi.Output<string> {
  return pulumi.output(typeof fleet === "string" ? fleet : fleet.id);
}

/**
 * Returns the fleet's id and the name of its cluster.
 *
 * @throws pulumi.ResourceError, when the values are known, for a fleet that the scaler cannot scale, or another
 *   scaler's.
 */
export function scaledFleet(
  self: pulumi.Resource,
  { fleet, cluster, onDemandBase }: Pick<SpotFleetScalerArgs, "fleet" | "cluster" | "onDemandBase">,
): ScaledFleet {
  const refuse = (problem: string | undefined): void => {
    if (problem !== undefined) throw new pulumi.ResourceError(`${problem}.`, self, true);
  };
  const able = pulumi.all([idOf(fleet), factsOf(fleet)]).apply(([id, facts]) => {
    refuse(facts && fleetProblem(facts, { onDemandBase }));
    return id;
  });
  const fleetId = pulumi.all([able, scalableTargets()]).apply(([id, targets]) => {
    refuse(otherScalerProblem("fleet", `spot-fleet-request/${id}`, targets));
    return id;
  });
  return {
    engine: engineOf(fleet),
    fleetId,
    ...(cluster === undefined ? {} : { cluster: clusterNameOf(self, "cluster", cluster) }),
  };
}
