import type {
  AutoScalingGroup,
  AutoScalingInstanceDetails,
  Instance,
  TagDescription,
  WarmPoolConfiguration,
} from "@aws-sdk/client-auto-scaling";
import { isWarm } from "./placement";
import type { Group, Member, WarmPool } from "./store";

export function shownGroup(group: Group): AutoScalingGroup {
  return {
    HealthCheckType: "EC2",
    HealthCheckGracePeriod: 0,
    TerminationPolicies: ["Default"],
    ...group.kept,
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    LaunchTemplate: group.launchTemplate,
    MinSize: group.min,
    MaxSize: group.max,
    DesiredCapacity: group.desired,
    DefaultCooldown: group.cooldownSeconds,
    AvailabilityZones: [...new Set(group.subnets.map(({ zone }) => zone))],
    VPCZoneIdentifier: group.subnets.map(({ id }) => id).join(","),
    LoadBalancerNames: [],
    TargetGroupARNs: [],
    EnabledMetrics: [],
    Instances: [...group.members.values()]
      .filter(({ state }) => !state.startsWith("Warmed:"))
      .map(shownMember),
    ...(group.warmPool && {
      WarmPoolConfiguration: shownPool(group.warmPool),
      WarmPoolSize: [...group.members.values()].filter(isWarm).length,
    }),
    CreatedTime: group.createdAt,
    SuspendedProcesses: [...group.suspended].map((ProcessName) => ({
      ProcessName,
      SuspensionReason: "User suspended",
    })),
    NewInstancesProtectedFromScaleIn: group.protectsNew,
    Tags: shownTags(group),
    ...(group.isDeleting && { Status: "Delete in progress" }),
  };
}

export function shownTags({ name, tags }: Group): TagDescription[] {
  return [...tags].map(([Key, { value, propagates }]) => ({
    ResourceId: name,
    ResourceType: "auto-scaling-group",
    Key,
    Value: value,
    PropagateAtLaunch: propagates,
  }));
}

export function shownMember(member: Member): Instance {
  return {
    InstanceId: member.id,
    InstanceType: member.type,
    AvailabilityZone: member.zone,
    LifecycleState: member.state,
    HealthStatus: member.health,
    LaunchTemplate: member.launchTemplate,
    ImageId: member.imageId,
    ProtectedFromScaleIn: member.isProtected,
  };
}

/** Returns the details of an instance, with `HEALTHY` where groups show `Healthy`. */
export function shownDetails(group: Group, member: Member): AutoScalingInstanceDetails {
  const { HealthStatus: _health, ...shown } = shownMember(member);
  return {
    ...shown,
    AutoScalingGroupName: group.name,
    LifecycleState: member.state,
    HealthStatus: member.health.toUpperCase(),
  };
}

export function shownPool(pool: WarmPool): WarmPoolConfiguration {
  return {
    MinSize: pool.minSize,
    MaxGroupPreparedCapacity: pool.maxPrepared,
    PoolState: pool.state,
    InstanceReusePolicy: { ReuseOnScaleIn: pool.reuses },
    ...(pool.isDeleting && { Status: "PendingDelete" }),
  };
}
