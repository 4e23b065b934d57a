import type { Setting } from "@aws-sdk/client-ecs";
import type { StoreScope } from "../../core/service";
import { ContainerInstances } from "./model/containerInstances";
import { clusterNotFound } from "./model/errors";
import type { GroupProvider } from "./model/groupProviders";
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
import { clusterName, ecsArn, lastPart, parseTaskDefinition } from "./model/references";
import { choosePlace, places } from "./model/placement";
import { Reservations } from "./model/reservations";
import { taskSize } from "./model/taskSize";
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

/** What is to have a place: a task of a revision, perhaps of a service. */
export interface Placed {
  readonly revision?: TaskDefinitionRevision;
  readonly service?: Service;
}

/** ECS shows a stopped task for an hour at least. */
const SHOW_STOPPED_MS = 3_600_000;

/** ECS of one region. `images`, `pace`, `setCapacity`, `setTaskLimit` and `load` are what tests turn. */
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
  readonly instances: ContainerInstances;
  readonly reservations: Reservations;
  /** Those of Auto Scaling groups, by name. */
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

  /** Limits how many tasks a cluster has room for, on Fargate too, or lifts the limit; services react to it. */
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

  /** How many more tasks of the launch type the cluster has room for; undefined = no limit. */
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

  /** The instance for a task that `room` has counted; undefined where instances do not count. */
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
