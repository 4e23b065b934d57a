import { type ClockTimer, timeLeft } from "../../../../core/clock";
import type { Machine } from "../../../../core/events";
import type { EcsStore } from "../../store";
import { describeInstance } from "./instanceDescription";
import { taskId } from "../ids";
import type { Cluster, ContainerInstance, TaskSize } from "../model";
import { tasksOn } from "./placement";

/** Time from a running instance to the registration by its agent. */
const AGENT_MS = 15_000;

/**
 * Share of an instance's memory that its operating system leaves free: 7 985 MiB of an m4.large's 8 192.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/memory-management.html
 */
const MEMORY_PART = 0.9747;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterContainerInstance.html: SSH, Docker and the agent. */
export const RESERVED_PORTS = ["22", "2375", "2376", "51678", "51679"];

/** A new state of an EC2 instance. */
interface InstanceChange {
  readonly instanceId: string;
  readonly state: string;
  readonly machine: Machine;
}

interface PendingChange {
  readonly change: InstanceChange;
  readonly timer: ClockTimer;
}

/**
 * The container instances. An EC2 instance whose user data names a cluster registers there when it runs, and is
 * removed when it terminates.
 */
export class ContainerInstances {
  /** Pending reactions to the latest state of EC2 instances. */
  private readonly pendingChanges = new Map<string, PendingChange>();

  constructor(private readonly store: EcsStore) {
    const { cloud, region } = store.scope;
    cloud.events.on("instanceState", (event) => {
      if (event.region !== region) return;
      // Scheduled on the cloud's clock, so that the change is complete for code that advances the clock.
      this.later(event, event.state === "running" ? AGENT_MS : 0);
    });
  }

  /** Continues with the reactions that were pending when an earlier run of the cloud ended. */
  resume(): void {
    for (const { change, timer } of [...this.pendingChanges.values()])
      this.later(change, timeLeft(timer, this.store.scope.clock));
  }

  private later(change: InstanceChange, ms: number): void {
    const { instanceId, state, machine } = change;
    const { clock } = this.store.scope;
    clock.clearTimeout(this.pendingChanges.get(instanceId)?.timer);
    const timer = clock.setTimeout(() => this.instanceIs(instanceId, state, machine), ms);
    this.pendingChanges.set(instanceId, { change, timer });
  }

  /** Sets the status ACTIVE or DRAINING; services then re-evaluate their tasks. */
  setStatus(instance: ContainerInstance, status: "ACTIVE" | "DRAINING"): void {
    if (instance.status === status) return;
    instance.status = status;
    this.changed(instance);
    this.wakeServices(instance.cluster);
  }

  /**
   * Removes the instance from its cluster. With a `reason`, its tasks stop; without one they keep running.
   */
  deregister(instance: ContainerInstance, reason?: string): void {
    instance.status = "INACTIVE";
    instance.agentConnected = false;
    instance.cluster.instances.delete(instance.id);
    this.changed(instance);
    if (reason !== undefined)
      for (const task of tasksOn(instance.cluster, instance.id))
        this.store.tasks.stop(task, "TerminationNotice", reason);
    this.wakeServices(instance.cluster);
  }

  /** Sends the instance's state to EventBridge. */
  changed(instance: ContainerInstance): void {
    instance.version += 1;
    this.store.outbox.add({
      detailType: "ECS Container Instance State Change",
      resource: instance.arn,
      detail: { ...describeInstance(instance), updatedAt: this.store.scope.clock.date() },
    });
  }

  private async instanceIs(ec2Id: string, state: string, machine: Machine): Promise<void> {
    this.pendingChanges.delete(ec2Id);
    const known = this.find(ec2Id);
    if (state === "running" && known) this.connect(known);
    if (state === "running" && !known) this.register(ec2Id, machine);
    if (state === "stopping" && known) this.disconnect(known);
    if (state === "shutting-down" && known)
      this.deregister(known, `Host EC2 (instance ${ec2Id}) terminated.`);
    await this.store.outbox.flush();
  }

  private find(ec2Id: string): ContainerInstance | undefined {
    return [...this.store.clusters.values()]
      .flatMap(({ instances }) => [...instances.values()])
      .find(({ ec2InstanceId }) => ec2InstanceId === ec2Id);
  }

  private register(ec2InstanceId: string, { type, zone, userData, size }: Machine): void {
    const { store } = this;
    const agent = agentOf(userData);
    const cluster = store.clusters.get(agent?.cluster ?? "");
    if (!agent || !size || cluster?.status !== "ACTIVE") return;
    const id = taskId();
    const registered: TaskSize = {
      cpu: size.cpus * 1024,
      memory: Math.floor(size.memoryMib * MEMORY_PART) - agent.reservedMemory,
      // The first interface is used by the instance itself.
      interfaces: size.interfaces - 1,
      ports: RESERVED_PORTS.map((port) => `${port}/tcp`),
    };
    const instance: ContainerInstance = {
      id,
      arn: store.arn(`container-instance/${cluster.name}/${id}`),
      cluster,
      ec2InstanceId,
      type,
      zone,
      registeredAt: store.scope.clock.date(),
      registered,
      tags: new Map(),
      status: "ACTIVE",
      agentConnected: true,
      version: 0,
    };
    cluster.instances.set(id, instance);
    cluster.hasInstances = true;
    this.changed(instance);
    this.wakeServices(cluster);
    store.reservations.schedule();
  }

  private connect(instance: ContainerInstance): void {
    instance.agentConnected = true;
    this.changed(instance);
    this.wakeServices(instance.cluster);
  }

  private disconnect(instance: ContainerInstance): void {
    instance.agentConnected = false;
    this.changed(instance);
    for (const task of tasksOn(instance.cluster, instance.id))
      this.store.tasks.stop(
        task,
        "TerminationNotice",
        `Host EC2 (instance ${instance.ec2InstanceId}) stopped.`,
      );
  }

  private wakeServices({ services }: Cluster): void {
    for (const service of services.values()) this.store.scheduler.changed(service);
  }
}

/** Parses the settings of the ECS agent in user data, in the format of `/etc/ecs/ecs.config` or of Bottlerocket. */
function agentOf(
  userData: string | undefined,
): { readonly cluster: string; readonly reservedMemory: number } | undefined {
  const text = Buffer.from(userData ?? "", "base64").toString();
  const [, plain] = /ECS_CLUSTER\s*=\s*["']?([A-Za-z0-9_-]+)/.exec(text) ?? [];
  const [, bottlerocket] = /\[settings\.ecs\][^[]*?cluster\s*=\s*"([\w-]+)"/.exec(text) ?? [];
  const cluster = plain ?? bottlerocket;
  if (cluster === undefined) return undefined;
  const [, reserved = "0"] = /ECS_RESERVED_MEMORY\s*=\s*["']?(\d+)/.exec(text) ?? [];
  return { cluster, reservedMemory: Number(reserved) };
}
