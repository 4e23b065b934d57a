import type { AutoScalingClient, AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { findGroups } from "../lifecycleHooks/waiting";
import { type Ec2Calls, findInterfaces } from "./interfaces";
import { type FoundInterface, generationOf, type InterfaceSpec } from "./model";

export const deploymentOnlyModule = true;

/** How many of its interfaces an instance has. */
export interface Coverage {
  readonly groupName: string;
  readonly instanceId: string;
  /** Lifecycle state of Auto Scaling, such as `InService`. */
  readonly state: string;
  readonly attached: number;
  /** Whether they are the interfaces of the present program. */
  readonly isCurrent: boolean;
}

/**
 * Compares the instances of groups with their interfaces. A hook only handles new instances: the others need an
 * instance refresh.
 */
export function coverageOf(
  groups: readonly AutoScalingGroup[],
  interfaces: readonly FoundInterface[],
  specs: readonly InterfaceSpec[],
): Coverage[] {
  const generation = generationOf(specs);
  return groups.flatMap(({ AutoScalingGroupName: groupName = "", Instances = [] }) =>
    Instances.map(({ InstanceId: instanceId = "", LifecycleState: state = "" }) => {
      const own = interfaces.filter((one) => one.attachment?.instanceId === instanceId);
      const isCurrent =
        own.length === specs.length && own.every((one) => one.generation === generation);
      return { groupName, instanceId, state, attached: own.length, isCurrent };
    }),
  );
}

/** Returns instances in service whose interfaces are not those of the present program, or are missing. */
export async function uncovered(
  autoScaling: AutoScalingClient,
  calls: Ec2Calls,
  {
    hookId,
    groupName,
    specs,
  }: {
    readonly hookId: string;
    readonly groupName: string;
    readonly specs: readonly InterfaceSpec[];
  },
): Promise<{ readonly uncovered: readonly string[] }> {
  const [groups, interfaces] = await Promise.all([
    findGroups(autoScaling, calls.retry),
    findInterfaces(calls, hookId),
  ]);
  const own = groups.filter(({ AutoScalingGroupName }) => AutoScalingGroupName === groupName);
  const found = coverageOf(own, interfaces, specs).filter(
    ({ isCurrent, state }) => !isCurrent && /^(InService|Standby|Warmed:\w+)$/.test(state),
  );
  return { uncovered: found.map(({ instanceId }) => instanceId) };
}
