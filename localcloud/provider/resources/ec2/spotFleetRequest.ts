import type {
  AllocationStrategy,
  ExcessCapacityTerminationPolicy,
  LaunchTemplateConfig,
  SpotFleetLaunchSpecification,
  SpotFleetRequestConfigData,
} from "@aws-sdk/client-ec2";
import type { SpotFleetRequestArgs } from "@pulumi/aws/ec2/spotFleetRequest";
import { defineResource, tagList, tagOutputs, unlessGone, type Args } from "../../define";
import { overrideOutputs, overridesOf, withoutUndefined } from "./fleetTemplates";
import { ec2, setTags } from "./client";

type Inputs = Args<SpotFleetRequestArgs>;

/** Does not wait for instances: they boot in the cloud's time. `waitForFulfillment` is only stored. */
export const spotFleetRequest = defineResource<Inputs>({
  token: "aws:ec2/spotFleetRequest:SpotFleetRequest",
  inputs: [
    "allocationStrategy",
    "excessCapacityTerminationPolicy",
    "fleetType",
    "iamFleetRole",
    "instanceInterruptionBehaviour",
    "instancePoolsToUseCount",
    "launchSpecifications",
    "launchTemplateConfigs",
    "onDemandAllocationStrategy",
    "onDemandTargetCapacity",
    "replaceUnhealthyInstances",
    "spotMaintenanceStrategies",
    "spotPrice",
    "tags",
    "targetCapacity",
    "terminateInstancesOnDelete",
    "terminateInstancesWithExpiration",
    "waitForFulfillment",
  ],
  computed: ["onDemandTargetCapacity", "terminateInstancesOnDelete"],
  required: ["iamFleetRole", "targetCapacity"],
  defaults: {
    allocationStrategy: "lowestPrice",
    excessCapacityTerminationPolicy: "Default",
    fleetType: "maintain",
    instanceInterruptionBehaviour: "terminate",
    instancePoolsToUseCount: 1,
    onDemandAllocationStrategy: "lowestPrice",
    replaceUnhealthyInstances: false,
    terminateInstancesWithExpiration: false,
    waitForFulfillment: false,
  },
  replaceOn: [
    "allocationStrategy",
    "fleetType",
    "iamFleetRole",
    "instanceInterruptionBehaviour",
    "instancePoolsToUseCount",
    "launchSpecifications",
    "launchTemplateConfigs",
    "onDemandAllocationStrategy",
    "replaceUnhealthyInstances",
    "spotMaintenanceStrategies",
    "spotPrice",
    "terminateInstancesWithExpiration",
  ],
  async create(inputs, context) {
    const rebalance = inputs.spotMaintenanceStrategies?.capacityRebalance;
    const SpotFleetRequestConfig = {
      AllocationStrategy: inputs.allocationStrategy as AllocationStrategy,
      ExcessCapacityTerminationPolicy: excessPolicy(inputs),
      IamFleetRole: inputs.iamFleetRole,
      InstanceInterruptionBehavior: inputs.instanceInterruptionBehaviour as "terminate",
      InstancePoolsToUseCount: inputs.instancePoolsToUseCount,
      LaunchSpecifications: inputs.launchSpecifications?.map(specificationOf),
      LaunchTemplateConfigs: inputs.launchTemplateConfigs?.map(
        ({ launchTemplateSpecification: template, overrides }): LaunchTemplateConfig => ({
          LaunchTemplateSpecification: {
            LaunchTemplateId: template.id,
            LaunchTemplateName: template.name,
            Version: template.version,
          },
          Overrides: overridesOf(overrides),
        }),
      ),
      OnDemandAllocationStrategy: inputs.onDemandAllocationStrategy as "lowestPrice",
      OnDemandTargetCapacity: inputs.onDemandTargetCapacity,
      ReplaceUnhealthyInstances: inputs.replaceUnhealthyInstances,
      SpotMaintenanceStrategies: rebalance && {
        CapacityRebalance: { ReplacementStrategy: rebalance.replacementStrategy as "launch" },
      },
      SpotPrice: inputs.spotPrice,
      TagSpecifications: inputs.tags && [
        { ResourceType: "spot-fleet-request" as const, Tags: tagList(inputs.tags) },
      ],
      TargetCapacity: inputs.targetCapacity,
      TerminateInstancesWithExpiration: inputs.terminateInstancesWithExpiration,
      Type: inputs.fleetType as "maintain",
    } satisfies SpotFleetRequestConfigData;
    const answer = await ec2.send("RequestSpotFleet", { SpotFleetRequestConfig }, context);
    return answer.SpotFleetRequestId ?? "";
  },
  async read(id, inputs, context) {
    const found = await unlessGone(["InvalidSpotFleetRequestId.NotFound"], () =>
      ec2.send("DescribeSpotFleetRequests", { SpotFleetRequestIds: [id] }, context),
    );
    const one = found?.SpotFleetRequestConfigs?.at(0);
    if (!one || /^cancelled/.test(one.SpotFleetRequestState ?? "")) return undefined;
    const config = one.SpotFleetRequestConfig;
    const strategies = config?.SpotMaintenanceStrategies?.CapacityRebalance;
    return {
      allocationStrategy: config?.AllocationStrategy,
      excessCapacityTerminationPolicy:
        config?.ExcessCapacityTerminationPolicy === "noTermination" ? "NoTermination" : "Default",
      fleetType: config?.Type,
      iamFleetRole: config?.IamFleetRole,
      instanceInterruptionBehaviour: config?.InstanceInterruptionBehavior,
      instancePoolsToUseCount: config?.InstancePoolsToUseCount,
      // They cannot change, and EC2 returns them in another form.
      launchSpecifications: inputs?.launchSpecifications,
      launchTemplateConfigs: config?.LaunchTemplateConfigs?.map(
        ({ LaunchTemplateSpecification: template, Overrides }) =>
          withoutUndefined({
            launchTemplateSpecification: withoutUndefined({
              id: template?.LaunchTemplateId,
              name: template?.LaunchTemplateName,
              version: template?.Version,
            }),
            overrides: overrideOutputs(Overrides),
          }),
      ),
      onDemandAllocationStrategy: config?.OnDemandAllocationStrategy,
      onDemandTargetCapacity: config?.OnDemandTargetCapacity,
      replaceUnhealthyInstances: config?.ReplaceUnhealthyInstances,
      spotMaintenanceStrategies: strategies && {
        capacityRebalance: { replacementStrategy: strategies.ReplacementStrategy },
      },
      spotPrice: config?.SpotPrice,
      spotRequestState: one.SpotFleetRequestState,
      targetCapacity: config?.TargetCapacity,
      terminateInstancesOnDelete: inputs?.terminateInstancesOnDelete,
      terminateInstancesWithExpiration: config?.TerminateInstancesWithExpiration,
      waitForFulfillment: inputs?.waitForFulfillment ?? false,
      ...tagOutputs(one.Tags),
    };
  },
  async update(SpotFleetRequestId, news, olds, context) {
    const { targetCapacity: TargetCapacity, onDemandTargetCapacity: OnDemandTargetCapacity } = news;
    const isNew =
      TargetCapacity !== olds.targetCapacity ||
      OnDemandTargetCapacity !== olds.onDemandTargetCapacity ||
      news.excessCapacityTerminationPolicy !== olds.excessCapacityTerminationPolicy;
    if (isNew)
      await ec2.send(
        "ModifySpotFleetRequest",
        {
          SpotFleetRequestId,
          TargetCapacity,
          OnDemandTargetCapacity,
          ExcessCapacityTerminationPolicy: excessPolicy(news),
        },
        context,
      );
    await setTags(SpotFleetRequestId, olds.tags, news.tags, context);
  },
  async delete(id, inputs, context) {
    const { terminateInstancesOnDelete: asked, terminateInstancesWithExpiration } = inputs;
    const TerminateInstances =
      asked === undefined ? (terminateInstancesWithExpiration ?? false) : asked === "true";
    const request = { SpotFleetRequestIds: [id], TerminateInstances };
    await ec2.send("CancelSpotFleetRequests", request, context);
  },
});

/** The provider capitalizes the values. */
function excessPolicy({
  excessCapacityTerminationPolicy: policy,
}: Inputs): ExcessCapacityTerminationPolicy {
  return policy === "NoTermination" ? "noTermination" : "default";
}

type SpecificationArgs = NonNullable<Inputs["launchSpecifications"]>[number];

function specificationOf(one: SpecificationArgs): SpotFleetLaunchSpecification {
  const { iamInstanceProfile: Name, iamInstanceProfileArn: Arn } = one;
  return {
    ImageId: one.ami,
    InstanceType: one.instanceType as SpotFleetLaunchSpecification["InstanceType"],
    KeyName: one.keyName,
    UserData: one.userData && Buffer.from(one.userData).toString("base64"),
    SubnetId: one.subnetId,
    SpotPrice: one.spotPrice,
    SecurityGroups: one.vpcSecurityGroupIds?.map((GroupId) => ({ GroupId })),
    ...((Name ?? Arn) !== undefined && {
      IamInstanceProfile: Arn === undefined ? { Name } : { Arn },
    }),
    ...(one.availabilityZone !== undefined && {
      Placement: { AvailabilityZone: one.availabilityZone },
    }),
    ...(one.monitoring !== undefined && { Monitoring: { Enabled: one.monitoring } }),
    ...(one.weightedCapacity !== undefined && { WeightedCapacity: Number(one.weightedCapacity) }),
  };
}
