import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  paginateListServices,
  type Service,
} from "@aws-sdk/client-ecs";
import { definitionSize } from "./sizes";
import type { Size } from "./fit";

export const deploymentOnlyModule = true;

/** Tasks of a service that wait to be placed. */
export interface Waiting {
  readonly service: string;
  readonly count: number;
  readonly size: Size;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html */
const MOST_DESCRIBED = 10;

/** Reads the services of a cluster that run on its instances. */
export async function readServices(ecs: ECSClient, cluster: string): Promise<Service[]> {
  const arns: string[] = [];
  for await (const { serviceArns = [] } of paginateListServices(
    { client: ecs, pageSize: 100 },
    { cluster },
  ))
    arns.push(...serviceArns);
  const described = await Promise.all(
    chunks(arns, MOST_DESCRIBED).map((services) =>
      ecs.send(new DescribeServicesCommand({ cluster, services })),
    ),
  );
  return described.flatMap(({ services = [] }) => services).filter(isOnInstances);
}

function isOnInstances({ launchType, capacityProviderStrategy = [], status }: Service): boolean {
  const isFargate = capacityProviderStrategy.some(({ capacityProvider = "" }) =>
    /^FARGATE(_SPOT)?$/.test(capacityProvider),
  );
  return status === "ACTIVE" && !isFargate && (launchType === undefined || launchType === "EC2");
}

export function isDaemon({ schedulingStrategy }: Service): boolean {
  return schedulingStrategy === "DAEMON";
}

/**
 * Returns how many tasks a service would start now if there were room: those of its primary deployment, within its
 * maximum percent. A DAEMON service never waits: each new instance brings room for its task.
 */
export function waitingTasks(service: Service): number {
  if (isDaemon(service)) return 0;
  const primary = service.deployments?.find(({ status }) => status === "PRIMARY");
  const { desiredCount = 0, runningCount = 0, pendingCount = 0 } = primary ?? service;
  const most = service.deploymentConfiguration?.maximumPercent ?? 200;
  const upper = Math.floor(((service.desiredCount ?? 0) * most) / 100);
  const there = (service.runningCount ?? 0) + (service.pendingCount ?? 0);
  return Math.max(0, Math.min(desiredCount - runningCount - pendingCount, upper - there));
}

/** Returns a cached lookup of the sizes of task definitions: a revision never changes, so each is described once. */
export function definitionSizes(ecs: ECSClient): (taskDefinition: string) => Promise<Size> {
  const known = new Map<string, Size>();
  return async (taskDefinition) => {
    const size = known.get(taskDefinition) ?? (await ask(ecs, taskDefinition));
    known.set(taskDefinition, size);
    return size;
  };
}

async function ask(ecs: ECSClient, taskDefinition: string): Promise<Size> {
  const found = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  return definitionSize(found.taskDefinition ?? {});
}

/** Returns the waiting tasks, and for `spare` the largest task of any service. */
export async function readWaiting(
  services: readonly Service[],
  sizeOf: (taskDefinition: string) => Promise<Size>,
  spare: number,
): Promise<{ readonly waiting: Waiting[]; readonly largest?: Size }> {
  const replicas = services.filter((one) => !isDaemon(one) && one.taskDefinition !== undefined);
  const asked = replicas.filter((one) => spare > 0 || waitingTasks(one) > 0);
  const sized = await Promise.all(
    asked.map(async (service) => ({ service, size: await sizeOf(definitionOf(service)) })),
  );
  const waiting = sized.flatMap(({ service, size }) => {
    const count = waitingTasks(service);
    return count > 0 ? [{ service: service.serviceName ?? "", count, size }] : [];
  });
  const largest = sized
    .map(({ size }) => size)
    .sort((a, b) => b.memory - a.memory || b.cpu - a.cpu)
    .at(0);
  return { waiting, ...(largest && spare > 0 ? { largest } : {}) };
}

function definitionOf({ taskDefinition = "", deployments = [] }: Service): string {
  return deployments.find(({ status }) => status === "PRIMARY")?.taskDefinition ?? taskDefinition;
}

export function chunks<T>(all: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / most) }, (_value, index) =>
    all.slice(index * most, (index + 1) * most),
  );
}
