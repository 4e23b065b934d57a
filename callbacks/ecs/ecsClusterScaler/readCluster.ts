import {
  type AutoScalingClient,
  type AutoScalingGroup,
  DescribeAutoScalingGroupsCommand,
} from "@aws-sdk/client-auto-scaling";
import type { EC2Client } from "@aws-sdk/client-ec2";
import type { ECSClient } from "@aws-sdk/client-ecs";
import type { Size } from "../containerInstances/fit";
import {
  isLeaving,
  type ClusterInstance,
  presentLeaving,
  type Registered,
} from "../containerInstances/machines";
import { createInterfacesOf, readInstances } from "../containerInstances/readInstances";
import {
  definitionSizes,
  isDaemon,
  readServices,
  readWaiting,
} from "../containerInstances/readServices";
import { returningOf } from "../containerInstances/returning";
import type { Memory } from "../scaling/memory";
import { type Counts, refusal } from "../scaling/scaled";
import { type ClusterState, type RememberedCluster, keptOf } from "./cluster";
import type { ClusterScalerConfig } from "./configuration";
import { type ClusterNeed, needOf } from "./need";

export const deploymentOnlyModule = true;

export interface ClusterClients {
  readonly autoScaling: AutoScalingClient;
  readonly ec2: EC2Client;
  readonly ecs: ECSClient;
}

/** The present state of the cluster and its group. */
export interface ClusterSnapshot extends Counts {
  readonly need: ClusterNeed;
  readonly state: ClusterState;
  /** The remembered state, without outdated entries. */
  readonly kept: RememberedCluster;
  readonly groupArn: string;
  readonly maxSize: number;
}

export type ReadCluster = (memory: Promise<Memory>) => Promise<ClusterSnapshot>;

/** Creates a function that reads the cluster; values that never change are read once. */
export function createReadCluster(
  { autoScaling, ec2, ecs }: ClusterClients,
  { cluster, group: groupName, settings: { spare } }: ClusterScalerConfig,
  now: () => number,
): ReadCluster {
  const sizeOf = definitionSizes(ecs);
  const interfacesOf = createInterfacesOf(ec2);
  return async (memory) => {
    const reading = readServices(ecs, cluster);
    const daemons = (): Promise<ReadonlySet<string>> =>
      reading.then((all) => new Set(all.filter(isDaemon).map((one) => one.serviceName ?? "")));
    const [{ kept }, group, registered, services] = await Promise.all([
      memory,
      readGroup(autoScaling, groupName),
      readInstances({ ecs, interfacesOf }, cluster, daemons),
      reading,
    ]);
    const state: ClusterState = {
      machines: machinesOf(group, registered),
      desiredCapacity: group.DesiredCapacity ?? 0,
      ...(await readWaiting(services, sizeOf, spare)),
    };
    return snapshotOf(group, state, keptOf(kept), { spare, now: now() });
  };
}

/** @throws Error named ScalingRefused for a group that does not exist. */
async function readGroup(client: AutoScalingClient, name: string): Promise<AutoScalingGroup> {
  const { AutoScalingGroups: [found] = [] } = await client.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
  );
  if (found) return found;
  throw refusal(`The Auto Scaling group ${name} does not exist.`);
}

/** Returns the members of the group, and other instances that are registered with the cluster. */
function machinesOf(
  { Instances = [] }: AutoScalingGroup,
  registered: ReadonlyMap<string, Registered>,
): ClusterInstance[] {
  const members = Instances.map(
    ({ InstanceId = "", AvailabilityZone = "", LifecycleState = "", ...one }): ClusterInstance => ({
      ec2InstanceId: InstanceId,
      zone: AvailabilityZone,
      isCapacity: /^(Pending|InService)/.test(LifecycleState),
      isProtected: one.ProtectedFromScaleIn === true,
      ...versionOf(one.LaunchTemplate?.Version),
      ...registeredAs(registered.get(InstanceId)),
    }),
  );
  const others = [...registered].filter(
    ([id]) => !members.some(({ ec2InstanceId }) => ec2InstanceId === id),
  );
  return [
    ...members,
    ...others.map(([ec2InstanceId, one]) => ({
      ec2InstanceId,
      zone: "",
      isCapacity: false,
      isProtected: false,
      registered: one,
    })),
  ];
}

function versionOf(templateVersion: string | undefined): Pick<ClusterInstance, "templateVersion"> {
  return templateVersion === undefined ? {} : { templateVersion };
}

function registeredAs(registered: Registered | undefined): Pick<ClusterInstance, "registered"> {
  return registered ? { registered } : {};
}

/** Computes the counts of the cluster and the capacity that it needs. */
export function snapshotOf(
  group: Pick<AutoScalingGroup, "AutoScalingGroupARN" | "MaxSize">,
  state: ClusterState,
  before: RememberedCluster,
  at: { readonly spare: number; readonly now: number },
): ClusterSnapshot {
  const leaving = presentLeaving(state, before.leaving);
  const size = sizeOfNew(state) ?? before.size;
  const returning = returningOf(state.machines, { ...before, leaving }, leaving);
  const kept = { ...before, leaving, returning, ...(size ? { size } : {}) };
  const need = needOf(state, kept, at);
  const desired = state.desiredCapacity - leaving.length;
  const running = state.machines.filter(
    (one) => one.isCapacity && one.registered?.connected && !isLeaving(leaving, one),
  ).length;
  return {
    desired,
    running,
    pending: Math.max(0, desired - running),
    need,
    state,
    kept,
    groupArn: group.AutoScalingGroupARN ?? "",
    maxSize: group.MaxSize ?? 0,
  };
}

/**
 * Returns the size that a new instance will have. If the group has several instance types, the smallest counts: one
 * instance too many is better than tasks without room.
 */
function sizeOfNew({ machines }: ClusterState): Size | undefined {
  return machines
    .flatMap(({ isCapacity, registered }) => (isCapacity && registered ? [registered.size] : []))
    .sort((a, b) => a.memory - b.memory || a.cpu - b.cpu)
    .at(0);
}
