import type * as Sdk from "@aws-sdk/client-auto-scaling";
import type { AutoScalingGroup, Tag } from "@aws-sdk/client-auto-scaling";
import type { GroupArgs } from "@pulumi/aws/autoscaling/group";
import { defineResource, type Args } from "../define";
import { awsClient } from "../mapped/resource";
import type { Properties, ProviderContext, ResourceType } from "../types";

const autoScaling = awsClient(() => require("@aws-sdk/client-auto-scaling") as typeof Sdk);

type Inputs = Args<GroupArgs>;

/** Waits for nothing: `waitForCapacityTimeout` is kept, and instances boot in the cloud's time. */
const group = defineResource<Inputs>({
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
  ],
  required: ["launchTemplate", "maxSize", "minSize"],
  defaults: {
    forceDelete: false,
    healthCheckGracePeriod: 300,
    protectFromScaleIn: false,
    waitForCapacityTimeout: "10m",
  },
  autoname: { property: "name", maxLength: 255 },
  replaceOn: ["name", "namePrefix"],
  async create(inputs, context) {
    const { name = "" } = inputs;
    await autoScaling.send(
      "CreateAutoScalingGroup",
      { ...settings(inputs), Tags: wireTags(name, inputs.tags) },
      context,
    );
    await suspend(name, [], inputs.suspendedProcesses, context);
    return name;
  },
  async read(id, _inputs, context) {
    const { AutoScalingGroups: [found] = [] } = await autoScaling.send(
      "DescribeAutoScalingGroups",
      { AutoScalingGroupNames: [id] },
      context,
    );
    // One that empties itself takes no orders any more.
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
  },
  async delete(id, _state, context) {
    const { AutoScalingGroups: [found] = [] } = await autoScaling.send(
      "DescribeAutoScalingGroups",
      { AutoScalingGroupNames: [id] },
      context,
    );
    if (!found || found.Status !== undefined) return;
    // By force, so that nobody waits for hooks; a group that is still ending then counts as gone.
    const request = { AutoScalingGroupName: id, ForceDelete: true };
    await autoScaling.send("DeleteAutoScalingGroup", request, context);
    await untilGone(id, context);
  },
});

/** Milliseconds between two looks at a group that is going, and how often it is looked at. */
const PAUSE_MS = 200;
const MAX_LOOKS = 50;

/** Subnets and security groups cannot be deleted while the interface of an instance uses them. */
async function untilGone(id: string, context: ProviderContext): Promise<void> {
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    const { AutoScalingGroups: [found] = [] } = await autoScaling.send(
      "DescribeAutoScalingGroups",
      { AutoScalingGroupNames: [id] },
      context,
    );
    if (!found) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

export const AUTO_SCALING_RESOURCES: readonly ResourceType[] = [group];

/** What CreateAutoScalingGroup and UpdateAutoScalingGroup take alike. */
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
