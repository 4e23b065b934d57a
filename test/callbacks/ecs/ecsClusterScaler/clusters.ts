import { type Size, take } from "../../../../callbacks/ecs/containerInstances/fit";
import type {
  ClusterInstance,
  PlacedTask,
} from "../../../../callbacks/ecs/containerInstances/machines";
import type { ClusterState } from "../../../../callbacks/ecs/ecsClusterScaler/cluster";

/** Two vCPUs and about 8 GiB. */
export const EMPTY: Size = { cpu: 2048, memory: 7984, gpu: 0, interfaces: 2, ports: ["22/tcp"] };

export function size(cpu: number, memory: number, more: Partial<Size> = {}): Size {
  return { cpu, memory, gpu: 0, interfaces: 0, ports: [], ...more };
}

export function task(of: Size, service: string | undefined = "web", isDaemon = false): PlacedTask {
  return { arn: `arn:task/${service}`, size: of, ...(service ? { service } : {}), isDaemon };
}

/** Creates a member of the group with these tasks on it. */
export function machine(
  id: string,
  tasks: readonly PlacedTask[] = [],
  more: Partial<Omit<ClusterInstance, "registered">> & {
    status?: string;
    agentVersion?: string;
  } = {},
): ClusterInstance {
  const { status = "ACTIVE", agentVersion = "1.99.0", ...rest } = more;
  return {
    ec2InstanceId: id,
    zone: "a",
    isCapacity: true,
    isProtected: false,
    registered: {
      arn: `arn:${id}`,
      status,
      connected: true,
      agentVersion,
      size: EMPTY,
      free: tasks.reduce<Size>((left, one) => take(left, one.size), EMPTY),
      tasks,
    },
    ...rest,
  };
}

export function cluster(
  machines: readonly ClusterInstance[],
  more: Partial<ClusterState> = {},
): ClusterState {
  const desiredCapacity = machines.filter(({ isCapacity }) => isCapacity).length;
  return { machines, desiredCapacity, waiting: [], ...more };
}
