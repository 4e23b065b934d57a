import type { Instance, InstanceStateChange, InstanceStateName } from "@aws-sdk/client-ec2";
import { formatArn } from "../../../core/arn";
import { timeLeft } from "../../../core/clock";
import { sendToEventBridge } from "../../../core/reports";
import { sizeOf } from "../catalog/instanceTypes";
import { releaseInterfaces } from "../network/interfaces";
import { LOOPBACK } from "../ssh/host";
import type { Ec2Store, StoredInstance } from "../store";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html */
const CODES = {
  pending: 0,
  running: 16,
  "shutting-down": 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
} as const satisfies Record<InstanceStateName, number>;

const ENDING_MS = 2000;
/** EC2 shows a terminated instance for about an hour. */
const SHOWN_MS = 3_600_000;

/** Boots a new instance, which takes its boot time. */
export function boot(instance: StoredInstance, store: Ec2Store): void {
  later(instance, store, store.bootMs(), "running");
}

/** @returns the state change as in TerminateInstances' response */
export function terminate(
  instance: StoredInstance,
  store: Ec2Store,
  reason: string,
): InstanceStateChange {
  const PreviousState = instance.shape.State;
  if (PreviousState?.Name !== "terminated" && PreviousState?.Name !== "shutting-down") {
    store.scope.clock.clearTimeout(instance.timer);
    instance.shape = {
      ...instance.shape,
      PublicIpAddress: undefined,
      StateTransitionReason: reason,
      StateReason: { Code: "Client.UserInitiatedShutdown", Message: reason },
    };
    void change(instance, store, "shutting-down");
    later(instance, store, ENDING_MS, "terminated");
  }
  return { InstanceId: instance.id, CurrentState: instance.shape.State, PreviousState };
}

/** @returns the state change as in StopInstances' response */
export function stop(
  instance: StoredInstance,
  store: Ec2Store,
  reason: string,
): InstanceStateChange {
  const PreviousState = instance.shape.State;
  if (PreviousState?.Name === "running") {
    instance.shape = {
      ...instance.shape,
      // A stop releases the public address; the private one stays.
      PublicIpAddress: undefined,
      StateTransitionReason: reason,
      StateReason: { Code: "Client.UserInitiatedShutdown", Message: reason },
    };
    void change(instance, store, "stopping");
    later(instance, store, ENDING_MS, "stopped");
  }
  return { InstanceId: instance.id, CurrentState: instance.shape.State, PreviousState };
}

/** @returns the state change as in StartInstances' response */
export function start(instance: StoredInstance, store: Ec2Store): InstanceStateChange {
  const PreviousState = instance.shape.State;
  if (PreviousState?.Name === "stopped") {
    const isPublic = store.subnets.get(instance.shape.SubnetId ?? "")?.shape.MapPublicIpOnLaunch;
    instance.shape = {
      ...instance.shape,
      ...(isPublic && { PublicIpAddress: LOOPBACK }),
      StateTransitionReason: "",
      StateReason: undefined,
    };
    void change(instance, store, "pending");
    boot(instance, store);
  }
  return { InstanceId: instance.id, CurrentState: instance.shape.State, PreviousState };
}

export function state(Name: InstanceStateName): Instance["State"] {
  return { Name, Code: CODES[Name] };
}

/** Continues an instance of an earlier run of the cloud: its next change of state, or what it runs. */
export async function resumeInstance(instance: StoredInstance, store: Ec2Store): Promise<void> {
  const { shape, timer } = instance;
  const name = shape.State?.Name;
  const ms = timer ? timeLeft(timer, store.scope.clock) : 0;
  if (name === "terminated") return forgetLater(instance, store, ms);
  store.hosts.add(instance);
  const next = name && NEXT[name];
  if (next) later(instance, store, ms, next);
  if (name === "running") await run(instance, store);
}

/** The states that follow by themselves. */
const NEXT: Partial<Record<InstanceStateName, InstanceStateName>> = {
  pending: "running",
  "shutting-down": "terminated",
  stopping: "stopped",
};

function later(
  instance: StoredInstance,
  store: Ec2Store,
  ms: number,
  next: InstanceStateName,
): void {
  const { clock } = store.scope;
  instance.timer = clock.setTimeout(() => {
    instance.timer = undefined;
    if (next === "terminated") forgetLater(instance, store);
    return change(instance, store, next);
  }, ms);
}

function forgetLater(instance: StoredInstance, store: Ec2Store, ms = SHOWN_MS): void {
  instance.timer = store.scope.clock.setTimeout(() => forget(instance, store), ms);
}

function forget(instance: StoredInstance, store: Ec2Store): void {
  store.instances.delete(instance.id);
  store.programs.forget(instance);
}

async function run(instance: StoredInstance, store: Ec2Store): Promise<void> {
  await store.hosts.open(instance);
  await store.programs.start(instance);
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html */
export async function change(
  instance: StoredInstance,
  store: Ec2Store,
  next: InstanceStateName,
): Promise<void> {
  instance.shape = { ...instance.shape, State: state(next) };
  if (next === "terminated") releaseInterfaces(instance, store);
  if (next === "stopping") store.hosts.close(instance);
  if (next === "shutting-down") store.hosts.remove(instance);
  if (next === "running") {
    instance.bootedAt = store.scope.clock.now();
    await run(instance, store);
  }
  const { cloud, region } = store.scope;
  const { InstanceType: type = "", Placement } = instance.shape;
  const machine = {
    type,
    zone: Placement?.AvailabilityZone ?? "",
    userData: instance.userData,
    size: sizeOf(type),
  };
  cloud.events.emit("instanceState", { region, instanceId: instance.id, state: next, machine });
  await sendToEventBridge(store.scope, "ec2.amazonaws.com", {
    Source: "aws.ec2",
    DetailType: "EC2 Instance State-change Notification",
    Resources: [formatArn("ec2", store.scope, `instance/${instance.id}`)],
    Detail: { "instance-id": instance.id, state: next },
    Time: store.scope.clock.date(),
  });
}
