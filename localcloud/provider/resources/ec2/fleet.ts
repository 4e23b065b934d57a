import { isDeepStrictEqual } from "node:util";
import type {
  FleetExcessCapacityTerminationPolicy,
  OnDemandOptionsRequest,
  SpotOptionsRequest,
} from "@aws-sdk/client-ec2";
import type { FleetArgs } from "@pulumi/aws/ec2/fleet";
import { defineResource, tagList, tagOutputs, unlessGone, type Args } from "../../define";
import { overrideOutputs, overridesOf, withoutUndefined } from "./fleetTemplates";
import { ec2, setTags } from "./client";

type Inputs = Args<FleetArgs>;

/** Does not wait for instances: they boot in the cloud's time. */
export const fleet = defineResource<Inputs>({
  token: "aws:ec2/fleet:Fleet",
  inputs: [
    "excessCapacityTerminationPolicy",
    "launchTemplateConfigs",
    "onDemandOptions",
    "replaceUnhealthyInstances",
    "spotOptions",
    "tags",
    "targetCapacitySpecification",
    "terminateInstances",
    "terminateInstancesWithExpiration",
    "type",
  ],
  computed: [
    "onDemandOptions",
    "spotOptions",
    "targetCapacitySpecification.onDemandTargetCapacity",
    "targetCapacitySpecification.spotTargetCapacity",
  ],
  required: ["launchTemplateConfigs", "targetCapacitySpecification"],
  defaults: {
    excessCapacityTerminationPolicy: "termination",
    replaceUnhealthyInstances: false,
    terminateInstances: false,
    terminateInstancesWithExpiration: false,
    type: "maintain",
  },
  // Like the real provider: ModifyFleet can change launch templates, the excess policy and the total, and nothing else.
  // https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ec2/ec2_fleet.go
  replaceOn: [
    "onDemandOptions",
    "replaceUnhealthyInstances",
    "spotOptions",
    "targetCapacitySpecification.defaultTargetCapacityType",
    "targetCapacitySpecification.onDemandTargetCapacity",
    "targetCapacitySpecification.spotTargetCapacity",
    "terminateInstancesWithExpiration",
    "type",
  ],
  async create(inputs, context) {
    const { FleetId = "" } = await ec2.send(
      "CreateFleet",
      {
        Type: inputs.type as "maintain",
        ExcessCapacityTerminationPolicy: excessPolicy(inputs),
        LaunchTemplateConfigs: templatesOf(inputs),
        TargetCapacitySpecification: targetOf(inputs),
        ReplaceUnhealthyInstances: inputs.replaceUnhealthyInstances,
        TerminateInstancesWithExpiration: inputs.terminateInstancesWithExpiration,
        ...optionsOf(inputs),
        TagSpecifications: inputs.tags && [{ ResourceType: "fleet", Tags: tagList(inputs.tags) }],
      },
      context,
    );
    return FleetId;
  },
  async read(id, inputs, context) {
    const found = await unlessGone(["InvalidFleetId.NotFound"], () =>
      ec2.send("DescribeFleets", { FleetIds: [id] }, context),
    );
    const one = found?.Fleets?.at(0);
    if (!one || /^deleted/.test(one.FleetState ?? "")) return undefined;
    const { TargetCapacitySpecification: target, SpotOptions: spot } = one;
    return {
      arn: `arn:aws:ec2:${context.aws.region}:${context.aws.accountId}:fleet/${id}`,
      excessCapacityTerminationPolicy: one.ExcessCapacityTerminationPolicy,
      fleetState: one.FleetState,
      fulfilledCapacity: one.FulfilledCapacity,
      fulfilledOnDemandCapacity: one.FulfilledOnDemandCapacity,
      launchTemplateConfigs: one.LaunchTemplateConfigs?.map(
        ({ LaunchTemplateSpecification: template, Overrides }) =>
          withoutUndefined({
            launchTemplateSpecification: withoutUndefined({
              launchTemplateId: template?.LaunchTemplateId,
              launchTemplateName: template?.LaunchTemplateName,
              version: template?.Version,
            }),
            overrides: overrideOutputs(Overrides),
          }),
      ),
      onDemandOptions: inputs?.onDemandOptions ?? {
        allocationStrategy: camel(one.OnDemandOptions?.AllocationStrategy),
      },
      replaceUnhealthyInstances: one.ReplaceUnhealthyInstances,
      spotOptions: inputs?.spotOptions ?? {
        allocationStrategy: camel(spot?.AllocationStrategy),
        instanceInterruptionBehavior: spot?.InstanceInterruptionBehavior,
        instancePoolsToUseCount: spot?.InstancePoolsToUseCount,
      },
      targetCapacitySpecification: {
        defaultTargetCapacityType: target?.DefaultTargetCapacityType,
        onDemandTargetCapacity: target?.OnDemandTargetCapacity,
        spotTargetCapacity: target?.SpotTargetCapacity,
        totalTargetCapacity: target?.TotalTargetCapacity,
      },
      terminateInstances: inputs?.terminateInstances ?? false,
      terminateInstancesWithExpiration: one.TerminateInstancesWithExpiration,
      type: one.Type,
      ...tagOutputs(one.Tags),
    };
  },
  async update(FleetId, news, olds, context) {
    const { totalTargetCapacity } = news.targetCapacitySpecification;
    const isNew =
      totalTargetCapacity !== olds.targetCapacitySpecification.totalTargetCapacity ||
      !isDeepStrictEqual(news.launchTemplateConfigs, olds.launchTemplateConfigs) ||
      news.excessCapacityTerminationPolicy !== olds.excessCapacityTerminationPolicy;
    if (isNew)
      await ec2.send(
        "ModifyFleet",
        {
          FleetId,
          ExcessCapacityTerminationPolicy: excessPolicy(news),
          LaunchTemplateConfigs: templatesOf(news),
          TargetCapacitySpecification: { TotalTargetCapacity: totalTargetCapacity },
        },
        context,
      );
    await setTags(FleetId, olds.tags, news.tags, context);
  },
  async delete(id, { terminateInstances = false }, context) {
    await ec2.send(
      "DeleteFleets",
      { FleetIds: [id], TerminateInstances: terminateInstances },
      context,
    );
  },
});

function excessPolicy({
  excessCapacityTerminationPolicy: policy,
}: Inputs): FleetExcessCapacityTerminationPolicy {
  return policy as FleetExcessCapacityTerminationPolicy;
}

function templatesOf({ launchTemplateConfigs }: Inputs) {
  return launchTemplateConfigs.map(({ launchTemplateSpecification: template, overrides }) => ({
    LaunchTemplateSpecification: {
      LaunchTemplateId: template?.launchTemplateId,
      LaunchTemplateName: template?.launchTemplateName,
      Version: template?.version,
    },
    Overrides: overridesOf(overrides),
  }));
}

function targetOf({ targetCapacitySpecification: target }: Inputs) {
  return {
    TotalTargetCapacity: target.totalTargetCapacity,
    OnDemandTargetCapacity: target.onDemandTargetCapacity,
    SpotTargetCapacity: target.spotTargetCapacity,
    DefaultTargetCapacityType: target.defaultTargetCapacityType as "spot",
  };
}

/** The real provider spells strategies like Spot Fleet does; both spellings are accepted. */
function optionsOf({ spotOptions: spot, onDemandOptions: onDemand }: Inputs) {
  const rebalance = spot?.maintenanceStrategies?.capacityRebalance;
  const SpotOptions = spot && {
    AllocationStrategy: kebab(spot.allocationStrategy),
    InstanceInterruptionBehavior: spot.instanceInterruptionBehavior,
    InstancePoolsToUseCount: spot.instancePoolsToUseCount,
    MaintenanceStrategies: rebalance && {
      CapacityRebalance: {
        ReplacementStrategy: rebalance.replacementStrategy,
        TerminationDelay: rebalance.terminationDelay,
      },
    },
  };
  const OnDemandOptions = onDemand && { AllocationStrategy: kebab(onDemand.allocationStrategy) };
  return {
    SpotOptions: SpotOptions as SpotOptionsRequest | undefined,
    OnDemandOptions: OnDemandOptions as OnDemandOptionsRequest | undefined,
  };
}

function kebab(text: string | undefined): string | undefined {
  return text?.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function camel(text: string | undefined): string | undefined {
  return text?.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
