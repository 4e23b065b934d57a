import type { AutoScalingGroup, RetentionAction, Tag } from "@aws-sdk/client-auto-scaling";
import type { GroupArgs } from "@pulumi/aws/autoscaling/group";
import { completing, defineResource, type Args } from "../../define";
import { autoScaling, describeGroup } from "./client";
import { refreshInstances, setWarmPool, warmPoolOutputs } from "./capacity";
import { deleteGroup } from "./deleteGroup";
import { putHook } from "./lifecycleHook";
import type { Properties, ProviderContext } from "../../types";

type Inputs = Args<GroupArgs>;

/** Does not wait for instances: they boot in the cloud's time. `waitForCapacityTimeout` is only stored. */
export const group = defineResource<Inputs>({
  token: "aws:autoscaling/group:Group",
  inputs: [
    "availabilityZones",
    "capacityRebalance",
    "defaultCooldown",
    "defaultInstanceWarmup",
    "desiredCapacity",
    "forceDelete",
    "healthCheckGracePeriod",
    "healthCheckType",
    "initialLifecycleHooks",
    "instanceLifecyclePolicy",
    "instanceRefresh",
    "launchTemplate",
    "maxInstanceLifetime",
    "maxSize",
    "minSize",
    "name",
    "namePrefix",
    "protectFromScaleIn",
    "suspendedProcesses",
    "tags",
    "terminationPolicies",
    "vpcZoneIdentifiers",
    "waitForCapacityTimeout",
    "warmPool",
  ],
  computed: [
    "availabilityZones",
    "capacityRebalance",
    "defaultCooldown",
    "defaultInstanceWarmup",
    "desiredCapacity",
    "healthCheckType",
    "launchTemplate.id",
    "launchTemplate.name",
    "maxInstanceLifetime",
    "vpcZoneIdentifiers",
    "warmPool.instanceReusePolicy",
    "warmPool.maxGroupPreparedCapacity",
    "warmPool.minSize",
    "warmPool.poolState",
  ],
  required: ["launchTemplate", "maxSize", "minSize"],
  defaults: {
    forceDelete: false,
    healthCheckGracePeriod: 300,
    protectFromScaleIn: false,
    waitForCapacityTimeout: "10m",
  },
  autoname: { property: "name", maxLength: 255 },
  replaceOn: ["initialLifecycleHooks", "name", "namePrefix"],
  async create(inputs, context) {
    const { name = "", initialLifecycleHooks: hooks = [] } = inputs;
    const Tags = wireTags(name, inputs.tags);
    // Hooks for the first instances are created before them, like in the real provider.
    const empty = hooks.length > 0 && { MinSize: 0, MaxSize: 0, DesiredCapacity: 0 };
    await autoScaling.send(
      "CreateAutoScalingGroup",
      { ...settings(inputs), ...empty, Tags },
      context,
    );
    return completing(name, async () => {
      await suspend(name, [], inputs.suspendedProcesses, context);
      for (const hook of hooks) await putHook(name, hook, context);
      if (empty) await autoScaling.send("UpdateAutoScalingGroup", settings(inputs), context);
      await setWarmPool(name, inputs.warmPool, undefined, context);
    });
  },
  async read(id, _inputs, context) {
    const found = await describeGroup(id, context);
    // A group that is being deleted counts as gone.
    return found && found.Status === undefined ? outputs(found) : undefined;
  },
  async update(id, news, olds, context) {
    await autoScaling.send("UpdateAutoScalingGroup", settings(news), context);
    await suspend(id, olds.suspendedProcesses, news.suspendedProcesses, context);
    const kept = new Set((news.tags ?? []).map(({ key }) => key));
    const removed = (olds.tags ?? []).filter(({ key }) => !kept.has(key));
    if (removed.length > 0)
      await autoScaling.send("DeleteTags", { Tags: wireTags(id, removed) }, context);
    if (news.tags?.length)
      await autoScaling.send("CreateOrUpdateTags", { Tags: wireTags(id, news.tags) }, context);
    await setWarmPool(id, news.warmPool, olds.warmPool, context);
    await refreshInstances(id, news, olds, context);
  },
  delete: deleteGroup,
});

/** Settings that CreateAutoScalingGroup and UpdateAutoScalingGroup share. */
function settings(inputs: Inputs) {
  const { id, name, version } = inputs.launchTemplate ?? {};
  return {
    AutoScalingGroupName: inputs.name,
    MinSize: inputs.minSize,
    MaxSize: inputs.maxSize,
    DesiredCapacity: inputs.desiredCapacity,
    DefaultCooldown: inputs.defaultCooldown,
    DefaultInstanceWarmup: inputs.defaultInstanceWarmup,
    HealthCheckGracePeriod: inputs.healthCheckGracePeriod,
    HealthCheckType: inputs.healthCheckType,
    NewInstancesProtectedFromScaleIn: inputs.protectFromScaleIn,
    CapacityRebalance: inputs.capacityRebalance,
    InstanceLifecyclePolicy: {
      RetentionTriggers: {
        TerminateHookAbandon: (inputs.instanceLifecyclePolicy?.retentionTriggers
          ?.terminateHookAbandon ?? "terminate") as RetentionAction,
      },
    },
    MaxInstanceLifetime: inputs.maxInstanceLifetime,
    TerminationPolicies: inputs.terminationPolicies ?? ["Default"],
    LaunchTemplate: {
      ...(id === undefined ? { LaunchTemplateName: name } : { LaunchTemplateId: id }),
      Version: version,
    },
    ...(inputs.vpcZoneIdentifiers
      ? { VPCZoneIdentifier: inputs.vpcZoneIdentifiers.join(",") }
      : { AvailabilityZones: inputs.availabilityZones }),
  };
}

function outputs(found: AutoScalingGroup): Properties {
  const { LaunchTemplate: template, SuspendedProcesses: suspended = [] } = found;
  const retains =
    found.InstanceLifecyclePolicy?.RetentionTriggers?.TerminateHookAbandon === "retain";
  const policies = found.TerminationPolicies?.filter((policy) => policy !== "Default") ?? [];
  const tags = (found.Tags ?? []).map(({ Key, Value, PropagateAtLaunch }) => ({
    key: Key,
    value: Value,
    propagateAtLaunch: PropagateAtLaunch,
  }));
  return {
    arn: found.AutoScalingGroupARN,
    name: found.AutoScalingGroupName,
    minSize: found.MinSize,
    maxSize: found.MaxSize,
    desiredCapacity: found.DesiredCapacity,
    defaultCooldown: found.DefaultCooldown,
    defaultInstanceWarmup: found.DefaultInstanceWarmup,
    healthCheckGracePeriod: found.HealthCheckGracePeriod,
    healthCheckType: found.HealthCheckType,
    protectFromScaleIn: found.NewInstancesProtectedFromScaleIn,
    capacityRebalance: found.CapacityRebalance,
    maxInstanceLifetime: found.MaxInstanceLifetime,
    terminationPolicies: policies.length > 0 ? policies : undefined,
    launchTemplate: {
      id: template?.LaunchTemplateId,
      name: template?.LaunchTemplateName,
      ...(template?.Version !== undefined && { version: template.Version }),
    },
    vpcZoneIdentifiers: found.VPCZoneIdentifier?.split(","),
    availabilityZones: found.AvailabilityZones,
    suspendedProcesses:
      suspended.length > 0 ? suspended.map(({ ProcessName }) => ProcessName) : undefined,
    tags: tags.length > 0 ? tags : undefined,
    instanceLifecyclePolicy: retains
      ? { retentionTriggers: { terminateHookAbandon: "retain" } }
      : undefined,
    warmPool: warmPoolOutputs(found),
  };
}

function wireTags(group: string, tags: Inputs["tags"] = []): Tag[] {
  return tags.map(({ key, value, propagateAtLaunch }) => ({
    ResourceId: group,
    ResourceType: "auto-scaling-group",
    Key: key,
    Value: value,
    PropagateAtLaunch: propagateAtLaunch,
  }));
}

async function suspend(
  AutoScalingGroupName: string,
  before: readonly string[] = [],
  now: readonly string[] = [],
  context: ProviderContext,
): Promise<void> {
  const added = now.filter((name) => !before.includes(name));
  const ended = before.filter((name) => !now.includes(name));
  const request = (ScalingProcesses: string[]) => ({ AutoScalingGroupName, ScalingProcesses });
  if (added.length > 0) await autoScaling.send("SuspendProcesses", request(added), context);
  if (ended.length > 0) await autoScaling.send("ResumeProcesses", request(ended), context);
}
