import * as pulumi from "@pulumi/pulumi";
import type { FleetEngine } from "../../../callbacks/ecs/spotFleetScaler/fleets";
import type { Statement } from "../../iam/iamPolicy";
import { locationOf } from "../../location";

/** What a scaler of a fleet works on. */
export interface FleetScalerScope {
  readonly engine: FleetEngine;
  readonly fleetId: pulumi.Input<string>;
  readonly tableArn: pulumi.Input<string>;
  readonly ruleArn: pulumi.Input<string>;
  readonly alarmNames: readonly string[];
  readonly queueArns: readonly pulumi.Input<string>[];
  /** Whether it changes anything. */
  readonly isActing: boolean;
}

/** One fleet, its own alarms, rule and table; what has no resource level it only reads. */
export function fleetScalerStatements(self: pulumi.Resource, scope: FleetScalerScope): Statement[] {
  const { accountId, partition, region } = locationOf(self);
  const arn = (service: string, resource: pulumi.Input<string>): pulumi.Output<string> =>
    pulumi.interpolate`arn:${partition}:${service}:${region}:${accountId}:${resource}`;
  const isSpot = scope.engine === "spotFleet";
  const kind = isSpot ? "spot-fleet-request" : "fleet";
  return [
    {
      sid: "ReadFleet",
      actions: [isSpot ? "ec2:DescribeSpotFleetRequests" : "ec2:DescribeFleets"],
      resources: ["*"],
    },
    { sid: "ReadMetrics", actions: ["cloudwatch:GetMetricData"], resources: ["*"] },
    {
      sid: "ReadAlarms",
      actions: ["cloudwatch:DescribeAlarms"],
      resources: scope.alarmNames.map((name) => arn("cloudwatch", `alarm:${name}`)),
    },
    {
      sid: "Remember",
      actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      resources: [scope.tableArn],
    },
    {
      sid: "Tick",
      actions: ["events:DisableRule", "events:EnableRule"],
      resources: [scope.ruleArn],
    },
    ...(scope.queueArns.length > 0
      ? [
          {
            sid: "ReadQueues",
            actions: ["sqs:GetQueueAttributes"],
            resources: [...scope.queueArns],
          },
        ]
      : []),
    ...(scope.isActing
      ? [
          {
            sid: "Scale",
            actions: [isSpot ? "ec2:ModifySpotFleetRequest" : "ec2:ModifyFleet"],
            resources: [arn("ec2", pulumi.interpolate`${kind}/${scope.fleetId}`)],
          },
          ...(isSpot
            ? [
                {
                  sid: "FindOtherScaler",
                  actions: ["application-autoscaling:DescribeScalableTargets"],
                  resources: ["*"],
                },
              ]
            : []),
        ]
      : []),
  ];
}
