import * as pulumi from "@pulumi/pulumi";
import type { FleetEngine } from "../../../callbacks/ecs/spotFleetScaler/fleets";
import type { Statement } from "../../iam/iamPolicy";
import { arnsBeside } from "../../location";
import { FIND_OTHER_SCALER, type ScalerScope, scalerStatements } from "../scaling/statements";

/** What a scaler of a fleet works on. */
export interface FleetScalerScope extends ScalerScope {
  readonly engine: FleetEngine;
  readonly fleetId: pulumi.Input<string>;
}

/** One fleet, its own alarms, rule and table; what has no resource level it only reads. */
export function fleetScalerStatements(self: pulumi.Resource, scope: FleetScalerScope): Statement[] {
  const arn = arnsBeside(self);
  const isSpot = scope.engine === "spotFleet";
  const kind = isSpot ? "spot-fleet-request" : "fleet";
  return [
    {
      sid: "ReadFleet",
      actions: [isSpot ? "ec2:DescribeSpotFleetRequests" : "ec2:DescribeFleets"],
      resources: ["*"],
    },
    ...scalerStatements(arn, scope),
    ...(scope.isActing
      ? [
          {
            sid: "Scale",
            actions: [isSpot ? "ec2:ModifySpotFleetRequest" : "ec2:ModifyFleet"],
            resources: [arn("ec2", pulumi.interpolate`${kind}/${scope.fleetId}`)],
          },
          ...(isSpot ? [FIND_OTHER_SCALER] : []),
        ]
      : []),
  ];
}
