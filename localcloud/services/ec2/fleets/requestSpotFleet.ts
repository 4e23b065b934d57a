import { randomUUID } from "node:crypto";
import type * as Sdk from "@aws-sdk/client-ec2";
import { refuseOptions } from "../../../core/errors";
import type { OperationOf } from "../../../entities/api";
import { ec2Error, invalidParameter } from "../api";
import { requestTags, tagsOfNewResource } from "../queries/described";
import type { Ec2Store } from "../store";
import { beginFleet } from "./newFleet";
import { poolsOfSpecifications, poolsOfTemplates } from "./pools";
import { spotFleets } from "./spotFleets";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RequestSpotFleet.html */
export const requestSpotFleet: OperationOf<typeof Sdk, Ec2Store, "RequestSpotFleet"> = {
  access({ SpotFleetRequestConfig: config }, context) {
    const tags = requestTags(config.TagSpecifications);
    return [
      spotFleets.access("RequestSpotFleet", "", context, tags),
      {
        action: "iam:PassRole",
        resource: config.IamFleetRole,
        context: { "iam:PassedToService": "spotfleet.amazonaws.com" },
      },
    ];
  },
  run({ SpotFleetRequestConfig: config }, context) {
    refuseOptions(
      config,
      ["LoadBalancersConfig", "ValidFrom", "ValidUntil", "Context"],
      "ec2:RequestSpotFleet",
    );
    const type = config.Type ?? "maintain";
    if (type === "instant")
      throw invalidParameter("A Spot Fleet has the type request or maintain.");
    if (context.cloud.identity.trustPolicy(config.IamFleetRole) === undefined)
      throw ec2Error(
        "InvalidSpotFleetRequestConfig",
        `Parameter: SpotFleetRequestConfig.IamFleetRole is invalid: there is no role ${config.IamFleetRole}.`,
      );
    const { SpotMaintenanceStrategies, LaunchTemplateConfigs, LaunchSpecifications } = config;
    const rebalance = SpotMaintenanceStrategies?.CapacityRebalance;
    const fleet = beginFleet(context, {
      id: `sfr-${randomUUID()}`,
      kind: "spotFleet",
      type,
      asked: config,
      tags: tagsOfNewResource(config.TagSpecifications, "spot-fleet-request"),
      roleArn: config.IamFleetRole,
      strategy: config.AllocationStrategy ?? "lowestPrice",
      poolsToUse: config.InstancePoolsToUseCount ?? 1,
      ...(rebalance && {
        rebalance: {
          replacement: rebalance.ReplacementStrategy ?? "launch",
          terminationDelay: rebalance.TerminationDelay,
        },
      }),
      replacesUnhealthy: config.ReplaceUnhealthyInstances ?? false,
      pools: [
        // After its validation the request has the members that the SDK's types call optional.
        ...poolsOfTemplates(LaunchTemplateConfigs ?? [], context),
        ...poolsOfSpecifications(LaunchSpecifications ?? [], context),
      ],
      target: config.TargetCapacity ?? 0,
      keepsExcess: config.ExcessCapacityTerminationPolicy === "noTermination",
      onDemandTarget: config.OnDemandTargetCapacity ?? 0,
    });
    return { SpotFleetRequestId: fleet.id };
  },
};
