import { randomUUID } from "node:crypto";
import type * as Sdk from "@aws-sdk/client-ec2";
import { AwsError, refuseOptions } from "../../../core/errors";
import type { OperationOf } from "../../../entities/api";
import { requestTags, tagsOfNewResource } from "../queries/described";
import type { Ec2Store } from "../store";
import { ec2Fleets } from "./ec2Fleets";
import { beginFleet, camelCase } from "./newFleet";
import { poolsOfTemplates } from "./pools";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFleet.html */
export const createFleet: OperationOf<typeof Sdk, Ec2Store, "CreateFleet"> = {
  access: ({ TagSpecifications }, context) => [
    ec2Fleets.access("CreateFleet", "", context, requestTags(TagSpecifications)),
  ],
  run(input, context) {
    refuseOptions(
      input,
      ["ReservedCapacityOptions", "ValidFrom", "ValidUntil", "Context"],
      "ec2:CreateFleet",
    );
    const { Type: type = "maintain", SpotOptions } = input;
    if (type === "instant")
      throw new AwsError(
        "NotImplemented",
        "The local cloud has fleets of the types maintain and request, none of the type instant. Nothing was done; see docs/local-cloud.md for what is emulated.",
        { status: 501 },
      );
    const { TotalTargetCapacity: target, ...capacity } = input.TargetCapacitySpecification;
    const isOnDemand = capacity.DefaultTargetCapacityType === "on-demand";
    const spot = capacity.SpotTargetCapacity ?? 0;
    const rebalance = SpotOptions?.MaintenanceStrategies?.CapacityRebalance;
    const fleet = beginFleet(context, {
      id: `fleet-${randomUUID()}`,
      kind: "ec2Fleet",
      type,
      asked: input,
      tags: tagsOfNewResource(input.TagSpecifications, "fleet"),
      strategy: camelCase(SpotOptions?.AllocationStrategy ?? "lowest-price"),
      poolsToUse: SpotOptions?.InstancePoolsToUseCount ?? 1,
      ...(rebalance && {
        rebalance: {
          replacement: rebalance.ReplacementStrategy ?? "launch",
          terminationDelay: rebalance.TerminationDelay,
        },
      }),
      replacesUnhealthy: input.ReplaceUnhealthyInstances ?? false,
      pools: poolsOfTemplates(input.LaunchTemplateConfigs, context),
      target,
      keepsExcess: input.ExcessCapacityTerminationPolicy === "no-termination",
      onDemandTarget: capacity.OnDemandTargetCapacity ?? (isOnDemand ? target - spot : 0),
    });
    return { FleetId: fleet.id };
  },
};
