import {
  DescribeServicesCommand,
  type ECSClient,
  ListClustersCommand,
  ListServicesCommand,
  ListTaskDefinitionFamiliesCommand,
  type Service,
} from "@aws-sdk/client-ecs";
import type { ServiceState } from "../plan/plan";
import { type Retry, retrying } from "../../../retry";

export const deploymentOnlyModule = true;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html */
const MAX_DESCRIBED = 10;
/** Page size of ListServices, ListClusters and ListTaskDefinitionFamilies. */
const PAGE = 100;

/** Lists the families that match the patterns: a prefix is looked up, a complete name is used as it is. */
export async function listFamilies(
  ecs: ECSClient,
  patterns: readonly string[],
  retry: Retry,
): Promise<string[]> {
  const found = new Set<string>(patterns.filter((pattern) => !pattern.endsWith("*")));
  for (const pattern of patterns.filter((one) => one.endsWith("*"))) {
    let nextToken: string | undefined;
    do {
      const input = { familyPrefix: pattern.slice(0, -1), status: "ACTIVE" as const, nextToken };
      const page = await retrying(retry, () =>
        ecs.send(new ListTaskDefinitionFamiliesCommand({ ...input, maxResults: PAGE })),
      );
      for (const family of page.families ?? []) found.add(family);
      nextToken = page.nextToken;
    } while (nextToken);
  }
  return [...found].sort();
}

/** Returns the names of the clusters; `all` means every cluster of the account and region. */
export async function clusterNames(
  ecs: ECSClient,
  clusters: readonly string[] | "all",
  retry: Retry,
): Promise<readonly string[]> {
  return clusters === "all" ? listClusters(ecs, retry) : clusters;
}

/** Lists every service of the clusters. */
export async function listServices(
  ecs: ECSClient,
  clusters: readonly string[],
  retry: Retry,
): Promise<ServiceState[]> {
  const found: ServiceState[] = [];
  for (const cluster of clusters) {
    const arns = await listServiceArns(ecs, cluster, retry);
    found.push(...(await describeServices(ecs, cluster, arns, retry)));
  }
  return found;
}

/** Returns the present state of services of one cluster, without those that were deleted. */
export async function describeServices(
  ecs: ECSClient,
  cluster: string,
  services: readonly string[],
  retry: Retry,
): Promise<ServiceState[]> {
  const found: ServiceState[] = [];
  for (let from = 0; from < services.length; from += MAX_DESCRIBED) {
    const input = { cluster, services: services.slice(from, from + MAX_DESCRIBED) };
    const page = await retrying(retry, () => ecs.send(new DescribeServicesCommand(input)));
    const failure = page.failures?.find(({ reason }) => reason !== "MISSING");
    if (failure) throw new Error(`${failure.arn}: ${failure.reason}`);
    found.push(...(page.services ?? []).map((service) => serviceState(cluster, service)));
  }
  return found;
}

export function serviceState(cluster: string, service: Service): ServiceState {
  const [primary, ...old] = [...(service.deployments ?? [])].sort(
    (a, b) => Number(b.status === "PRIMARY") - Number(a.status === "PRIMARY"),
  );
  return {
    cluster,
    service: service.serviceName ?? "",
    arn: service.serviceArn ?? "",
    taskDefinition: service.taskDefinition ?? "",
    status: service.status ?? "",
    controller: service.deploymentController?.type ?? "ECS",
    deployedAt: primary?.createdAt?.getTime() ?? 0,
    rolloutState: primary?.rolloutState,
    oldDeployments: old.map(({ id = "" }) => id),
  };
}

async function listClusters(ecs: ECSClient, retry: Retry): Promise<string[]> {
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const input = { nextToken, maxResults: PAGE };
    const page = await retrying(retry, () => ecs.send(new ListClustersCommand(input)));
    arns.push(...(page.clusterArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return arns.map((arn) => arn.slice(arn.lastIndexOf("/") + 1));
}

async function listServiceArns(ecs: ECSClient, cluster: string, retry: Retry): Promise<string[]> {
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const input = { cluster, nextToken, maxResults: PAGE };
    const page = await retrying(retry, () => ecs.send(new ListServicesCommand(input)));
    arns.push(...(page.serviceArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return arns;
}
