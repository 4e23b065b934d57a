import type { Size } from "./fit";

export const deploymentOnlyModule = true;

/** A task that is placed on a container instance. */
export interface PlacedTask {
  readonly arn: string;
  readonly size: Size;
  /** Name of its service; undefined for a task that RunTask started. */
  readonly service?: string;
  readonly isDaemon: boolean;
}

/** An instance of the group, or another instance of the same cluster. */
export interface ClusterInstance {
  readonly ec2InstanceId: string;
  readonly zone: string;
  /**
   * Belongs to the scaled group, and is in service or starting: standby, warm and terminating instances do not count.
   */
  readonly isCapacity: boolean;
  /** Protected from scale-in: neither the group nor the scaler may choose it. */
  readonly isProtected: boolean;
  /** Version number of the launch template that it was launched from. */
  readonly templateVersion?: string;
  /** Undefined until its agent has registered. */
  readonly registered?: Registered;
}

export interface Registered {
  readonly arn: string;
  readonly status: string;
  readonly connected: boolean;
  readonly agentVersion: string;
  readonly size: Size;
  readonly free: Size;
  readonly tasks: readonly PlacedTask[];
}

/** The instances of a cluster, and those of the group that scales it. */
export interface ClusterInstances<M extends ClusterInstance = ClusterInstance> {
  readonly machines: readonly M[];
}

/** An instance that is being removed. */
export interface LeavingInstance {
  readonly ec2InstanceId: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Its termination has been requested. */
  readonly ending?: boolean;
}

/** Checks whether the instance accepts tasks now. */
export function isOpen(
  machine: ClusterInstance,
): machine is ClusterInstance & { readonly registered: Registered } {
  const { registered } = machine;
  return registered?.status === "ACTIVE" && registered.connected;
}

/** Returns those of the leaving instances that the group still has. */
export function presentLeaving<V extends LeavingInstance>(
  { machines }: ClusterInstances,
  leaving: readonly V[],
): V[] {
  return leaving.filter(({ ec2InstanceId: id }) =>
    machines.some((one) => one.isCapacity && one.ec2InstanceId === id),
  );
}

export function isLeaving(
  leaving: readonly LeavingInstance[],
  { ec2InstanceId }: ClusterInstance,
): boolean {
  return leaving.some((one) => one.ec2InstanceId === ec2InstanceId);
}

/** Returns the ARNs of those container instances that have registered. */
export function registeredArns(machines: readonly ClusterInstance[]): string[] {
  return machines.flatMap(({ registered }) => registered?.arn ?? []);
}
