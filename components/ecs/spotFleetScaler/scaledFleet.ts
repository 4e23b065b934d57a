import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { FleetEngine } from "../../../callbacks/ecs/spotFleetScaler/fleets";
import { nameOf } from "../resourceName";
import { otherScalerProblem, scalableTargets } from "../scaling/otherScaler";
import type { SpotFleetScalerArgs } from "./args";

type GivenFleet = SpotFleetScalerArgs["fleet"];

/** What is scaled, and whose tasks it carries. */
export interface ScaledFleet {
  readonly engine: FleetEngine;
  readonly fleetId: pulumi.Output<string>;
  readonly cluster?: pulumi.Output<string>;
}

/** What is no id the checks refuse. */
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
 * The fleet's id and the name of its cluster.
 *
 * @throws pulumi.ResourceError, when the values are known, for a fleet whose target nobody can change, or somebody else does.
 */
export function scaledFleet(
  self: pulumi.Resource,
  { fleet, cluster }: Pick<SpotFleetScalerArgs, "fleet" | "cluster">,
): ScaledFleet {
  const facts = pulumi.all([idOf(fleet), typeOf(fleet), scalableTargets()]);
  const fleetId = facts.apply(([id, type = "maintain", targets]) => {
    const problem =
      type === "maintain"
        ? otherScalerProblem("fleet", `spot-fleet-request/${id}`, targets)
        : `fleet: its type is ${type}, and its target cannot be changed; give a fleet of the type maintain`;
    if (problem !== undefined) throw new pulumi.ResourceError(`${problem}.`, self, true);
    return id;
  });
  return {
    engine: engineOf(fleet),
    fleetId,
    ...(cluster === undefined
      ? {}
      : { cluster: nameOf(aws.ecs.Cluster.isInstance(cluster) ? cluster.name : cluster) }),
  };
}

/** Undefined where the function has to find out. */
function typeOf(fleet: GivenFleet): pulumi.Output<string | undefined> {
  if (typeof fleet === "string") return pulumi.output(undefined);
  return aws.ec2.SpotFleetRequest.isInstance(fleet) ? fleet.fleetType : fleet.type;
}
