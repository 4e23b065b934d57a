import type * as Sdk from "@aws-sdk/client-auto-scaling";
import { awsClient } from "../mapped/resource";
import type { Properties, ProviderContext } from "../types";

const autoScaling = awsClient(() => require("@aws-sdk/client-auto-scaling") as typeof Sdk);

export async function getGroup(
  { name }: Properties,
  context: ProviderContext,
): Promise<Properties> {
  const { AutoScalingGroups: [found] = [] } = await autoScaling.send(
    "DescribeAutoScalingGroups",
    { AutoScalingGroupNames: [String(name)] },
    context,
  );
  if (!found) throw new Error(`no matching Auto Scaling Group found: ${String(name)}`);
  const { LaunchTemplate: template, WarmPoolConfiguration: pool } = found;
  return {
    id: name,
    name,
    arn: found.AutoScalingGroupARN,
    availabilityZones: found.AvailabilityZones,
    defaultCooldown: found.DefaultCooldown,
    desiredCapacity: found.DesiredCapacity,
    desiredCapacityType: found.DesiredCapacityType ?? "",
    enabledMetrics: found.EnabledMetrics,
    healthCheckGracePeriod: found.HealthCheckGracePeriod,
    healthCheckType: found.HealthCheckType,
    instanceMaintenancePolicies: [],
    launchConfiguration: "",
    launchTemplates: [
      {
        id: template?.LaunchTemplateId,
        name: template?.LaunchTemplateName,
        version: template?.Version ?? "",
      },
    ],
    loadBalancers: [],
    maxInstanceLifetime: found.MaxInstanceLifetime ?? 0,
    maxSize: found.MaxSize,
    minSize: found.MinSize,
    mixedInstancesPolicies: [],
    newInstancesProtectedFromScaleIn: found.NewInstancesProtectedFromScaleIn,
    placementGroup: found.PlacementGroup ?? "",
    predictedCapacity: 0,
    region: context.aws.region,
    serviceLinkedRoleArn: "",
    status: found.Status ?? "",
    suspendedProcesses: (found.SuspendedProcesses ?? []).map(({ ProcessName }) => ProcessName),
    tags: (found.Tags ?? []).map(({ Key, Value, PropagateAtLaunch }) => ({
      key: Key,
      value: Value,
      propagateAtLaunch: PropagateAtLaunch,
    })),
    targetGroupArns: [],
    terminationPolicies: found.TerminationPolicies,
    trafficSources: [],
    vpcZoneIdentifier: found.VPCZoneIdentifier,
    warmPoolSize: found.WarmPoolSize ?? 0,
    warmPools: pool
      ? [
          {
            instanceReusePolicies: [
              { reuseOnScaleIn: pool.InstanceReusePolicy?.ReuseOnScaleIn ?? false },
            ],
            maxGroupPreparedCapacity: pool.MaxGroupPreparedCapacity ?? -1,
            minSize: pool.MinSize,
            poolState: pool.PoolState,
          },
        ]
      : [],
  };
}
