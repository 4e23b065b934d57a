import type { Cluster, ContainerInstance, Service, Task, TaskSize } from "../model";

/** Returns the free resources of an instance. Tasks use theirs until they are STOPPED. */
export function remaining({ registered, cluster, id }: ContainerInstance): TaskSize {
  const sizes = tasksOn(cluster, id).map(({ size }) => size);
  const left = (member: "cpu" | "memory" | "interfaces"): number =>
    sizes.reduce((rest, size) => rest - size[member], registered[member]);
  return {
    cpu: left("cpu"),
    memory: left("memory"),
    interfaces: left("interfaces"),
    ports: [...registered.ports, ...sizes.flatMap(({ ports }) => ports)],
  };
}

/** Returns the tasks of an instance that are not STOPPED. */
export function tasksOn(cluster: Cluster, instanceId: string): Task[] {
  return [...cluster.tasks.values()].filter(
    ({ instance, lastStatus }) => instance?.id === instanceId && lastStatus !== "STOPPED",
  );
}

/** Returns how many more tasks of a size fit on the instance. */
export function copiesOn(instance: ContainerInstance, size: TaskSize): number {
  if (!takesTasks(instance)) return 0;
  const left = remaining(instance);
  if (size.ports.some((port) => left.ports.includes(port))) return 0;
  const times = (member: "cpu" | "memory" | "interfaces"): number =>
    size[member] > 0 ? Math.floor(left[member] / size[member]) : Infinity;
  const copies = Math.min(times("cpu"), times("memory"), times("interfaces"));
  return Math.max(0, Math.min(copies, size.ports.length > 0 ? 1 : MOST_COPIES));
}

/** Limit for tasks that use no resources. */
const MOST_COPIES = 1000;

export function takesTasks({ status, agentConnected }: ContainerInstance): boolean {
  return status === "ACTIVE" && agentConnected;
}

/** Returns the instances of a cluster that can run the service's next task, and how many tasks each can run. */
export function places(cluster: Cluster, size: TaskSize, service?: Service): Place[] {
  const isDaemon = service?.settings.schedulingStrategy === "DAEMON";
  return [...cluster.instances.values()].flatMap((instance) => {
    const copies = copiesOn(instance, size);
    const own = service ? ofService(cluster, instance, service) : 0;
    const allowed = isDaemon ? Math.min(copies, 1 - own) : copies;
    return allowed > 0 ? [{ instance, copies: allowed, own }] : [];
  });
}

export interface Place {
  readonly instance: ContainerInstance;
  readonly copies: number;
  /** Number of the service's tasks that it already runs. */
  readonly own: number;
}

/**
 * Chooses the instance of the next task: spreads over zones, then over instances, ECS's default for services without
 * a placement strategy. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-strategies.html
 */
export function choosePlace(
  cluster: Cluster,
  size: TaskSize,
  service?: Service,
): ContainerInstance | undefined {
  const all = places(cluster, size, service);
  const inZone = (zone: string): number =>
    [...cluster.tasks.values()].filter(
      (task) =>
        task.lastStatus !== "STOPPED" && task.service === service && task.instance?.zone === zone,
    ).length;
  const ranked = all.map((place) => ({
    place,
    rank: [
      inZone(place.instance.zone),
      place.own,
      tasksOn(cluster, place.instance.id).length,
    ] as const,
  }));
  ranked.sort((a, b) => {
    const index = a.rank.findIndex((value, at) => value !== b.rank[at]);
    return index < 0 ? 0 : a.rank[index] - b.rank[index];
  });
  return ranked[0]?.place.instance;
}

/** Returns the resource that no instance has enough of, for events and failures. */
export function lacking(
  cluster: Cluster,
  size: TaskSize,
): { readonly instance?: ContainerInstance; readonly what: Lack } {
  const usable = [...cluster.instances.values()].filter(takesTasks);
  for (const what of ["CPU", "MEMORY", "ENI", "PORTS"] as const)
    if (!usable.some((one) => has(one, size, what))) return { instance: usable[0], what };
  return { instance: usable[0], what: "CPU" };
}

export type Lack = "CPU" | "MEMORY" | "ENI" | "PORTS";

function has(instance: ContainerInstance, size: TaskSize, what: Lack): boolean {
  const left = remaining(instance);
  if (what === "PORTS") return !size.ports.some((port) => left.ports.includes(port));
  const member = what === "CPU" ? "cpu" : what === "MEMORY" ? "memory" : "interfaces";
  return left[member] >= size[member];
}

function ofService(cluster: Cluster, { id }: ContainerInstance, service: Service): number {
  return tasksOn(cluster, id).filter((task) => task.service === service).length;
}
