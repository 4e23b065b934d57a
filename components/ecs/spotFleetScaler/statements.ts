import * as pulumi from "@pulumi/pulumi";
import { FLEET_TAGS } from "../../../callbacks/ecs/spotFleetScaler/members";
import type { Statement } from "../../iam/iamPolicy";
import { arnsBeside } from "../../location";
import { clusterStatements, drainStatement } from "../scaling/clusterStatements";
import { FIND_OTHER_SCALER, type ScalerScope, scalerStatements } from "../scaling/statements";
import type { ScaledFleet } from "./scaledFleet";

/** What a scaler of a fleet works on. */
export interface FleetScalerScope extends ScaledFleet, ScalerScope {}

/** One fleet, its own alarms, rule and table; what has no resource level it only reads. */
export function fleetScalerStatements(self: pulumi.Resource, scope: FleetScalerScope): Statement[] {
  const arn = arnsBeside(self);
  const isSpot = scope.engine === "spotFleet";
  const kind = isSpot ? "spot-fleet-request" : "fleet";
  const { cluster } = scope;
  return [
    {
      sid: "ReadFleet",
      actions: [
        isSpot ? "ec2:DescribeSpotFleetRequests" : "ec2:DescribeFleets",
        ...(cluster
          ? ["ec2:DescribeInstances", "ec2:DescribeInstanceTypes", "ecs:DescribeTaskDefinition"]
          : []),
      ],
      resources: ["*"],
    },
    ...(cluster ? clusterStatements(arn, cluster) : []),
    ...scalerStatements(arn, scope),
    ...(scope.isActing
      ? [
          {
            sid: "Scale",
            actions: [isSpot ? "ec2:ModifySpotFleetRequest" : "ec2:ModifyFleet"],
            resources: [arn("ec2", pulumi.interpolate`${kind}/${scope.fleetId}`)],
          },
          ...(isSpot ? [FIND_OTHER_SCALER] : []),
          ...(cluster ? [drainStatement(arn, cluster), endStatement(arn, scope)] : []),
        ]
      : []),
  ];
}

/** Ending instances of the one fleet, by the tag that only EC2 sets. */
function endStatement(
  arn: (service: string, resource: string) => pulumi.Output<string>,
  { engine, fleetId }: FleetScalerScope,
): Statement {
  return {
    sid: "EndInstances",
    actions: ["ec2:TerminateInstances"],
    resources: [arn("ec2", "instance/*")],
    conditions: { StringEquals: { [`aws:ResourceTag/${FLEET_TAGS[engine]}`]: fleetId } },
  };
}
