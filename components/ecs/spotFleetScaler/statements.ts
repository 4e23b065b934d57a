import * as pulumi from "@pulumi/pulumi";
import { FLEET_TAGS } from "../../../callbacks/ecs/spotFleetScaler/members";
import type { Statement } from "../../iam/statement";
import { arnsBeside } from "../../location";
import { clusterStatements, drainStatement } from "../scaling/clusterStatements";
import { FIND_OTHER_SCALER, type ScalerScope, scalerStatements } from "../scaling/statements";
import type { ScaledFleet } from "./scaledFleet";

/** The resources that a scaler of a fleet uses. */
export interface FleetScalerScope extends ScaledFleet, ScalerScope {}

/** Permissions for one fleet, and the scaler's alarms, rules and table. Actions without a resource level only read. */
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

/** Permission to end instances of this fleet only, by a tag that only EC2 can set. */
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
