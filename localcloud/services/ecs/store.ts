import type { Setting } from "@aws-sdk/client-ecs";
import type { StoreScope } from "../../core/service";
import { ContainerInstances } from "./model/capacity/containerInstances";
import { clusterNotFound } from "./model/errors";
import type { GroupProvider } from "./model/capacity/groupProviders";
import { ImageRegistry } from "./model/images";
import { Load } from "./model/load";
import type {
  Cluster,
  ContainerInstance,
  Service,
  Task,
  TaskDefinitionRevision,
} from "./model/model";
import { Outbox } from "./model/outbox";
import {
  clusterName,
  ecsArn,
  isOurs,
  nameInCluster,
  parseTaskDefinition,
  taskIdIn,
} from "./model/references";
import { choosePlace, places } from "./model/capacity/placement";
import { Reservations } from "./model/capacity/reservations";
import { taskSize } from "./model/tasks/taskSize";
import { Scheduler } from "./model/services/scheduler";
import { TaskRunner } from "./model/tasks/taskRunner";

/** Durations of the steps of tasks, in milliseconds of cloud time. */
export interface Pace {
  /** From a change of a service until the scheduler evaluates it. */
  schedulerMs: number;
  /** While Fargate tasks get their network interface; EC2 tasks skip this step. */
  provisioningMs: number;
  /** While images are pulled and containers start. */
  pendingMs: number;
  /** From the stop of a task until it is STOPPED. */
  stoppingMs: number;
  /** The same for the tasks of a deleted service: the deployment that deletes it waits in real time. */
  drainingMs: number;
}

/** Simulated capacity of a cluster for EC2 tasks; a cluster without an entry has unlimited room. */
export interface Capacity {
  readonly instances: number;
  readonly tasksPerInstance: number;
}

/** A RunTask request and the tasks it started, so that a repeated request starts none. */
export interface TaskRun {
  readonly request: string;
  readonly tasks: readonly Task[];
}

/** A task that needs a place: its revision, and its service if it has one. */
export interface Placed {
  readonly revision?: TaskDefinitionRevision;
  readonly service?: Service;
}

/** ECS shows a stopped task for at least an hour. */
const SHOW_STOPPED_MS = 3_600_000;

/** ECS's state in one region. Tests control it with `images`, `pace`, `setCapacity`, `setTaskLimit` and `load`. */
export class EcsStore {
  readonly clusters = new Map<string, Cluster>();
  /** Revisions of each family, oldest first, without deleted ones. */
  readonly families = new Map<string, TaskDefinitionRevision[]>();
  /** Last revision number of each family; numbers are never reused. */
  readonly lastRevisions = new Map<string, number>();
  /** RunTask requests by their token. */
  readonly runs = new Map<string, TaskRun>();
  readonly accountSettings = new Map<string, Setting>();
  readonly images = new ImageRegistry();
  readonly pace: Pace = {
    schedulerMs: 1000,
    provisioningMs: 8_000,
    pendingMs: 11_000,
    stoppingMs: 5_000,
    drainingMs: 500,
  };
  readonly outbox: Outbox;
  readonly tasks: TaskRunner;
  readonly scheduler: Scheduler;
  readonly load: Load;
  readonly instances: ContainerInstances;
  readonly reservations: Reservations;
  /** Capacity providers of Auto Scaling groups, by name. */
  readonly capacityProviders = new Map<string, GroupProvider>();
  private readonly capacities = new Map<string, Capacity>();
  private readonly taskLimits = new Map<Cluster, number>();

  constructor(readonly scope: StoreScope) {
    this.outbox = new Outbox(scope);
    this.tasks = new TaskRunner(this);
    this.scheduler = new Scheduler(this);
    this.load = new Load(this);
    this.instances = new ContainerInstances(this);
    this.reservations = new Reservations(this);
  }

  arn(resource: string): string {
    return ecsArn(this.scope, resource);
  }

  /** Returns the active cluster with a name or ARN, default `default`. @throws ClusterNotFoundException */
  cluster(reference: string | undefined): Cluster {
    const cluster = this.findCluster(reference);
    if (cluster?.status !== "ACTIVE") throw clusterNotFound();
    return cluster;
  }

  /** Like `cluster`, but also returns a deleted one, and undefined if there is none. */
  findCluster(reference = "default"): Cluster | undefined {
    return isOurs(reference, this.scope) ? this.clusters.get(clusterName(reference)) : undefined;
  }

  /** Returns the revision of a family (the newest active one), `family:revision` or ARN. */
  taskDefinition(reference: string): TaskDefinitionRevision | undefined {
    if (!isOurs(reference, this.scope)) return undefined;
    const parsed = parseTaskDefinition(reference);
    const revisions = this.families.get(parsed?.family ?? "") ?? [];
    if (parsed?.revision === undefined)
      return revisions.findLast(({ definition }) => definition.status === "ACTIVE");
    return revisions.find(({ revision }) => revision === parsed.revision);
  }

  /** Returns the cluster's running tasks, and the stopped ones that ECS still shows. */
  shownTasks(cluster: Cluster): Task[] {
    const oldest = this.scope.clock.now() - SHOW_STOPPED_MS;
    for (const task of cluster.tasks.values())
      if (task.stoppedAt && task.stoppedAt.getTime() < oldest) cluster.tasks.delete(task.id);
    return [...cluster.tasks.values()];
  }

  /** @throws InvalidParameterException for what cannot be a task's id */
  findTask(cluster: Cluster, reference: string): Task | undefined {
    const wanted = taskIdIn(nameInCluster(reference, cluster.name, this.scope));
    return this.shownTasks(cluster).find(({ id }) => id === wanted);
  }

  /** Limits the EC2 tasks of a cluster, or removes the limit; services are re-evaluated. */
  setCapacity(name: string, capacity: Capacity | undefined): void {
    if (capacity) this.capacities.set(name, capacity);
    else this.capacities.delete(name);
    for (const service of this.clusters.get(name)?.services.values() ?? [])
      this.scheduler.changed(service);
  }

  /**
   * Limits the number of all tasks in a cluster, including Fargate, or removes the limit; services are re-evaluated.
   */
  setTaskLimit(cluster: Cluster, tasks: number | undefined): void {
    if (tasks === undefined) this.taskLimits.delete(cluster);
    else this.taskLimits.set(cluster, tasks);
    for (const service of cluster.services.values()) this.scheduler.changed(service);
  }

  isLimited(cluster: Cluster): boolean {
    return (
      cluster.hasInstances || this.taskLimits.has(cluster) || this.capacities.has(cluster.name)
    );
  }

  /** Returns how many more tasks of the launch type the cluster has room for; undefined = no limit. */
  room(cluster: Cluster, launchType: Task["launchType"], placed: Placed): number | undefined {
    const limit = this.taskLimits.get(cluster);
    const capacity = launchType === "EC2" ? this.capacity(cluster) : undefined;
    const onInstance = launchType === "EC2" && cluster.hasInstances;
    if (limit === undefined && !capacity && !onInstance) return undefined;
    const tasks = [...cluster.tasks.values()].filter(({ lastStatus }) => lastStatus !== "STOPPED");
    const onInstances = tasks.filter((task) => task.launchType === "EC2").length;
    const rooms = [
      ...(limit === undefined ? [] : [limit - tasks.length]),
      ...(onInstance ? [copiesIn(cluster, placed)] : []),
      ...(capacity ? [capacity.instances * capacity.tasksPerInstance - onInstances] : []),
    ];
    return Math.max(0, Math.min(...rooms));
  }

  /** Returns the instance for a task that `room` has counted; undefined in clusters without registered instances. */
  placeFor(
    cluster: Cluster,
    launchType: Task["launchType"],
    { revision, service }: Placed,
  ): ContainerInstance | undefined {
    if (launchType !== "EC2" || !cluster.hasInstances) return undefined;
    return choosePlace(cluster, taskSize(revision?.definition ?? {}), service);
  }

  capacity(cluster: Cluster): Capacity | undefined {
    return this.capacities.get(cluster.name);
  }
}

function copiesIn(cluster: Cluster, { revision, service }: Placed): number {
  const size = taskSize(revision?.definition ?? {});
  return places(cluster, size, service).reduce((sum, { copies }) => sum + copies, 0);
}
