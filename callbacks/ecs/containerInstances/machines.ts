import type { Size } from "./fit";

export const deploymentOnlyModule = true;

/** A task that a container instance has. */
export interface PlacedTask {
  readonly arn: string;
  readonly size: Size;
  /** Name of its service; what RunTask started has none. */
  readonly service?: string;
  readonly isDaemon: boolean;
}

/** An instance of the group, or of another one in the same cluster. */
export interface Machine {
  readonly ec2InstanceId: string;
  readonly zone: string;
  /** Of the group that is scaled, and in service or on its way: standby, warm and ending ones are not. */
  readonly isCapacity: boolean;
  /** The group must not choose it, and neither does the scaler. */
  readonly isProtected: boolean;
  /** Version of the launch template that it was made from, as a number. */
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

/** The instances of a cluster, and of what scales it. */
export interface Machines<M extends Machine = Machine> {
  readonly machines: readonly M[];
}

/** An instance that is on its way out. */
export interface Victim {
  readonly ec2InstanceId: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Its end has been asked for. */
  readonly ending?: boolean;
}

/** Takes tasks now. */
export function isOpen(machine: Machine): machine is Machine & { readonly registered: Registered } {
  const { registered } = machine;
  return registered?.status === "ACTIVE" && registered.connected;
}

/** Those victims that the group still has. */
export function presentVictims<V extends Victim>(
  { machines }: Machines,
  victims: readonly V[],
): V[] {
  return victims.filter(({ ec2InstanceId: id }) =>
    machines.some((one) => one.isCapacity && one.ec2InstanceId === id),
  );
}

export function isVictim(victims: readonly Victim[], { ec2InstanceId }: Machine): boolean {
  return victims.some((victim) => victim.ec2InstanceId === ec2InstanceId);
}

/** ARNs of the container instances, of those that have registered. */
export function registeredArns(machines: readonly Machine[]): string[] {
  return machines.flatMap(({ registered }) => registered?.arn ?? []);
}
