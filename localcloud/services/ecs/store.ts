import type { Setting } from "@aws-sdk/client-ecs";
import type { StoreScope } from "../../core/service";
import { clusterNotFound } from "./model/errors";
import { ImageRegistry } from "./model/images";
import { Load } from "./model/load";
import type { Cluster, Task, TaskDefinitionRevision } from "./model/model";
import { Outbox } from "./model/outbox";
import { clusterName, ecsArn, lastPart, parseTaskDefinition } from "./model/references";
import { Scheduler } from "./model/scheduler";
import { TaskRunner } from "./model/taskRunner";

/** How long the steps of tasks take, in milliseconds of cloud time. */
export interface Pace {
  /** From a change of a service until the scheduler acts on it. */
  schedulerMs: number;
  /** Fargate tasks get their network interface; EC2 tasks skip this. */
  provisioningMs: number;
  /** Images are pulled and containers start. */
  pendingMs: number;
  /** From the stop of a task until it is STOPPED. */
  stoppingMs: number;
}

/** The container instances of a cluster; a cluster without an entry has room for everything. */
export interface Capacity {
  readonly instances: number;
  readonly tasksPerInstance: number;
}

/** A RunTask request and what it started, so that its repetition starts nothing. */
export interface TaskRun {
  readonly request: string;
  readonly tasks: readonly Task[];
}

/** ECS shows a stopped task for an hour at least. */
const SHOW_STOPPED_MS = 3_600_000;

/** ECS of one region. `images`, `pace`, `setCapacity` and `load` are what tests turn. */
export class EcsStore {
  readonly clusters = new Map<string, Cluster>();
  /** Revisions of each family, oldest first; deleted ones are gone. */
  readonly families = new Map<string, TaskDefinitionRevision[]>();
  /** Last revision number of each family, which is never used again. */
  readonly lastRevisions = new Map<string, number>();
  /** Requests of RunTask by their token. */
  readonly runs = new Map<string, TaskRun>();
  readonly accountSettings = new Map<string, Setting>();
  readonly images = new ImageRegistry();
  readonly pace: Pace = {
    schedulerMs: 1000,
    provisioningMs: 8_000,
    pendingMs: 11_000,
    stoppingMs: 5_000,
  };
  readonly outbox: Outbox;
  readonly tasks: TaskRunner;
  readonly scheduler: Scheduler;
  readonly load: Load;
  private readonly capacities = new Map<string, Capacity>();

  constructor(readonly scope: StoreScope) {
    this.outbox = new Outbox(scope);
    this.tasks = new TaskRunner(this);
    this.scheduler = new Scheduler(this);
    this.load = new Load(this);
  }

  arn(resource: string): string {
    return ecsArn(this.scope, resource);
  }

  /** The active cluster of a name or ARN, default `default`. @throws ClusterNotFoundException */
  cluster(reference: string | undefined): Cluster {
    const cluster = this.clusters.get(clusterName(reference));
    if (cluster?.status !== "ACTIVE") throw clusterNotFound();
    return cluster;
  }

  /** The revision that a family (its newest active one), `family:revision` or ARN means. */
  taskDefinition(reference: string): TaskDefinitionRevision | undefined {
    const parsed = parseTaskDefinition(reference);
    const revisions = this.families.get(parsed?.family ?? "") ?? [];
    if (parsed?.revision === undefined)
      return revisions.findLast(({ definition }) => definition.status === "ACTIVE");
    return revisions.find(({ revision }) => revision === parsed.revision);
  }

  /** Running and stopped tasks of the cluster that ECS still shows. */
  shownTasks(cluster: Cluster): Task[] {
    const oldest = this.scope.clock.now() - SHOW_STOPPED_MS;
    for (const task of cluster.tasks.values())
      if (task.stoppedAt && task.stoppedAt.getTime() < oldest) cluster.tasks.delete(task.id);
    return [...cluster.tasks.values()];
  }

  findTask(cluster: Cluster, reference: string): Task | undefined {
    return this.shownTasks(cluster).find(({ id }) => id === lastPart(reference));
  }

  /** Limits the EC2 tasks of a cluster, or lifts the limit; services react to it. */
  setCapacity(name: string, capacity: Capacity | undefined): void {
    if (capacity) this.capacities.set(name, capacity);
    else this.capacities.delete(name);
    for (const service of this.clusters.get(name)?.services.values() ?? [])
      this.scheduler.changed(service);
  }

  capacity(cluster: Cluster): Capacity | undefined {
    return this.capacities.get(cluster.name);
  }
}
