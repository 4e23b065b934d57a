import { randomUUID } from "node:crypto";
import type { Container, TaskOverride, TaskStopCode } from "@aws-sdk/client-ecs";
import { timeLeft } from "../../../../core/clock";
import { carried } from "../../../../core/trace";
import { longNumber, taskId } from "../ids";
import type {
  Cluster,
  ContainerInstance,
  Deployment,
  Service,
  Tags,
  Task,
  TaskDefinitionRevision,
} from "../model";
import type { EcsStore } from "../../store";
import { describeTask } from "./taskDescription";
import { taskSize } from "./taskSize";
import { without } from "../without";

/** Properties of a task to start, from RunTask or the scheduler. */
export interface TaskRequest {
  readonly cluster: Cluster;
  readonly revision: TaskDefinitionRevision;
  readonly launchType: Task["launchType"];
  /** Instance to place it on, if the cluster has registered instances. */
  readonly instance?: ContainerInstance;
  readonly group: string;
  readonly startedBy?: string;
  readonly overrides?: TaskOverride;
  readonly platformVersion?: string;
  readonly subnets?: readonly string[];
  readonly tags: Tags;
  readonly deployment?: Deployment;
  readonly service?: Service;
}

/** Moves tasks through their states on the cloud's clock. Each task in transition has one timer. */
export class TaskRunner {
  constructor(private readonly store: EcsStore) {}

  start(request: TaskRequest): Task {
    const { store } = this;
    const id = taskId();
    const arn = store.arn(`task/${request.cluster.name}/${id}`);
    const containers = this.containers(request, arn);
    const fargate = request.launchType === "FARGATE";
    const task: Task = {
      ...request,
      id,
      arn,
      size: taskSize(request.revision.definition),
      createdAt: store.scope.clock.date(),
      overrides: request.overrides ?? {},
      attachments: networkAttachment(request),
      containers,
      crashes: containers.some(({ imageDigest = "" }) => store.images.crashes(imageDigest)),
      ...(fargate && {
        platformVersion: request.platformVersion?.replace(/^LATEST$/, "1.4.0") ?? "1.4.0",
      }),
      desiredStatus: "RUNNING",
      lastStatus: fargate ? "PROVISIONING" : "PENDING",
      version: 1,
    };
    request.cluster.tasks.set(id, task);
    request.deployment?.tasks.add(task);
    this.reportState(task);
    if (task.instance) store.instances.changed(task.instance);
    if (fargate) this.later(task, store.pace.provisioningMs, () => this.pull(task));
    else this.pull(task);
    return task;
  }

  /** Begins to stop the task; has no effect if it is already stopping. */
  stop(
    task: Task,
    stopCode: TaskStopCode,
    stoppedReason: string,
    ms = this.store.pace.stoppingMs,
  ): void {
    if (task.desiredStatus === "STOPPED") return;
    const { clock } = this.store.scope;
    clock.clearTimeout(task.timer);
    task.desiredStatus = "STOPPED";
    task.stopCode = stopCode;
    task.stoppedReason = stoppedReason;
    task.stoppingAt = clock.date();
    this.change(task, task.lastStatus === "RUNNING" ? "DEACTIVATING" : "DEPROVISIONING");
    this.later(task, ms, () => this.stopped(task));
  }

  /** Continues the transition of a task of an earlier run of the cloud. */
  resume(task: Task): void {
    if (!task.timer) return;
    const ms = timeLeft(task.timer, this.store.scope.clock);
    switch (task.lastStatus) {
      case "PROVISIONING":
        return this.later(task, ms, () => this.pull(task));
      case "PENDING":
        return this.later(task, ms, () => this.started(task));
      case "DEACTIVATING":
      case "DEPROVISIONING":
        return this.later(task, ms, () => this.stopped(task));
      case "RUNNING":
      case "STOPPED":
        task.timer = undefined;
    }
  }

  private pull(task: Task): void {
    if (task.lastStatus !== "PENDING") this.change(task, "PENDING");
    this.later(task, this.store.pace.pendingMs, () => this.started(task));
  }

  private started(task: Task): void {
    if (task.crashes) {
      for (const container of task.containers)
        if (this.store.images.crashes(container.imageDigest ?? "")) container.exitCode = 1;
      this.stop(task, "EssentialContainerExited", "Essential container in task exited");
    } else {
      task.startedAt = this.store.scope.clock.date();
      this.change(task, "RUNNING");
    }
    this.store.scheduler.taskChanged(task);
  }

  private stopped(task: Task): void {
    task.stoppedAt = this.store.scope.clock.date();
    // SIGTERM ends a container that does not handle it with 128 + 15.
    if (task.startedAt) for (const container of task.containers) container.exitCode ??= 143;
    this.change(task, "STOPPED");
    if (task.instance) this.store.instances.changed(task.instance);
    task.timer = undefined;
    task.deployment?.tasks.delete(task);
    this.store.scheduler.taskChanged(task);
  }

  private change(task: Task, status: Task["lastStatus"]): void {
    task.lastStatus = status;
    task.version += 1;
    this.reportState(task);
  }

  private later(task: Task, ms: number, step: () => void): void {
    const next = (): Promise<void> => {
      step();
      return this.store.outbox.flush();
    };
    task.timer = this.store.scope.clock.setTimeout(carried(next), ms, `ECS task ${task.group}`);
  }

  private reportState(task: Task): void {
    const detail = without(describeTask(task), "tags");
    const updatedAt = this.store.scope.clock.date();
    this.store.outbox.add({
      detailType: "ECS Task State Change",
      resource: task.arn,
      detail: { ...detail, updatedAt },
    });
  }

  private containers({ revision, deployment }: TaskRequest, arn: string): Container[] {
    const { images } = this.store;
    return (revision.definition.containerDefinitions ?? []).map((definition) => {
      const { name = "", image = "", cpu = 0, memory, memoryReservation } = definition;
      const pinned = definition.versionConsistency === "disabled" ? undefined : deployment?.digests;
      const imageDigest = pinned?.get(image) ?? images.digest(image);
      pinned?.set(image, imageDigest);
      return {
        containerArn: this.store.arn(`container/${arn.split(":task/")[1]}/${randomUUID()}`),
        taskArn: arn,
        name,
        image,
        imageDigest,
        runtimeId: `${taskId()}-${longNumber().slice(0, 10)}`,
        networkBindings: [],
        networkInterfaces: [],
        healthStatus: "UNKNOWN",
        cpu: String(cpu),
        ...(memory !== undefined && { memory: String(memory) }),
        ...(memoryReservation !== undefined && { memoryReservation: String(memoryReservation) }),
      };
    });
  }
}

function networkAttachment({ revision, subnets = [] }: TaskRequest): Task["attachments"] {
  if (revision.definition.networkMode !== "awsvpc") return [];
  const [subnet] = subnets;
  return [
    {
      id: randomUUID(),
      type: "ElasticNetworkInterface",
      status: "ATTACHED",
      details: subnet === undefined ? [] : [{ name: "subnetId", value: subnet }],
    },
  ];
}
