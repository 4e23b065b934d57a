import type {
  Cluster as ClusterDescription,
  CreateClusterRequest,
  CreateClusterResponse,
  DeleteClusterRequest,
  DeleteClusterResponse,
  DescribeClustersRequest,
  DescribeClustersResponse,
  ListClustersRequest,
  ListClustersResponse,
} from "@aws-sdk/client-ecs";
import { AwsError } from "../../../core/errors";
import type { Operation } from "../../../core/service";
import { clusterArn, ecsCheck, requestTags, resourceTags, tagOnCreate } from "../model/access";
import { checkProviders } from "../model/capacity/groupProviders";
import { checkSettings } from "../model/clusterSettings";
import { clusterNotFound, invalidParameter, refuseUnsupported } from "../model/errors";
import { listPage } from "../model/listPage";
import { tagList, type Cluster } from "../model/model";
import { clusterName } from "../model/references";
import type { EcsStore } from "../store";
import { checkTags } from "./tags";

const MAX_DESCRIBED = 100;

export const createCluster: Operation<EcsStore, CreateClusterRequest, CreateClusterResponse> = {
  access: (input, context) => [
    ecsCheck("CreateCluster", "*", requestTags(input.tags)),
    ...tagOnCreate("CreateCluster", clusterArn(context, input.clusterName), input.tags),
  ],
  run(input, { store }) {
    const name = input.clusterName ?? "default";
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(name))
      throw invalidParameter(
        "Invalid cluster name. Up to 255 letters (uppercase and lowercase), numbers, underscores, and hyphens are allowed.",
      );
    refuseUnsupported({ serviceConnectDefaults: input.serviceConnectDefaults });
    const providers = checkProviders(
      input.capacityProviders,
      input.defaultCapacityProviderStrategy,
      store,
    );
    const existing = store.clusters.get(name);
    if (existing?.status === "ACTIVE") return { cluster: describe(existing, ["TAGS"]) };
    const cluster: Cluster = {
      name,
      arn: store.arn(`cluster/${name}`),
      status: "ACTIVE",
      settings: checkSettings(input.settings) ?? [{ name: "containerInsights", value: "disabled" }],
      configuration: input.configuration,
      ...providers,
      tags: checkTags(input.tags),
      services: new Map(),
      tasks: new Map(),
      instances: new Map(),
      hasInstances: false,
    };
    store.clusters.set(name, cluster);
    return { cluster: describe(cluster, ["TAGS", "SETTINGS", "CONFIGURATIONS"]) };
  },
};

export const describeClusters: Operation<
  EcsStore,
  DescribeClustersRequest,
  DescribeClustersResponse
> = {
  access: ({ clusters = ["default"] }, context) =>
    clusters.map((cluster) =>
      ecsCheck(
        "DescribeClusters",
        clusterArn(context, cluster),
        resourceTags(context.store.clusters.get(clusterName(cluster))?.tags),
      ),
    ),
  run({ clusters = ["default"], include = [] }, { store }) {
    if (clusters.length > MAX_DESCRIBED)
      throw invalidParameter(`Clusters cannot have more than ${MAX_DESCRIBED} elements.`);
    const found = clusters.map((reference) => store.findCluster(reference));
    return {
      clusters: found.flatMap((cluster) => (cluster ? [describe(cluster, include, store)] : [])),
      failures: clusters
        .filter((_reference, index) => !found[index])
        .map((reference) => ({
          arn: store.arn(`cluster/${clusterName(reference)}`),
          reason: "MISSING",
        })),
    };
  },
};

export const listClusters: Operation<EcsStore, ListClustersRequest, ListClustersResponse> = {
  run(input, { store }) {
    const active = [...store.clusters.values()].filter(({ status }) => status === "ACTIVE");
    const { items, nextToken } = listPage(active, input, { key: ({ arn }) => arn });
    return { clusterArns: items.map(({ arn }) => arn), nextToken };
  },
};

export const deleteCluster: Operation<EcsStore, DeleteClusterRequest, DeleteClusterResponse> = {
  access: ({ cluster }, context) => [
    ecsCheck(
      "DeleteCluster",
      clusterArn(context, cluster),
      resourceTags(context.store.clusters.get(clusterName(cluster))?.tags),
    ),
  ],
  run({ cluster: reference }, { store }) {
    const cluster = store.findCluster(reference);
    if (!cluster) throw clusterNotFound();
    if (cluster.instances.size > 0)
      throw new AwsError(
        "ClusterContainsContainerInstancesException",
        "The Cluster cannot be deleted while Container Instances are active or draining.",
      );
    if ([...cluster.services.values()].some(({ status }) => status !== "INACTIVE"))
      throw new AwsError(
        "ClusterContainsServicesException",
        "The Cluster cannot be deleted while Services are active.",
      );
    if (store.shownTasks(cluster).some(({ lastStatus }) => lastStatus !== "STOPPED"))
      throw new AwsError(
        "ClusterContainsTasksException",
        "The Cluster cannot be deleted while Tasks are active.",
      );
    cluster.status = "INACTIVE";
    return { cluster: describe(cluster, []) };
  },
};

export function describe(
  cluster: Cluster,
  include: readonly string[],
  store?: EcsStore,
): ClusterDescription {
  const tasks = [...cluster.tasks.values()];
  const services = [...cluster.services.values()];
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount:
      store?.capacity(cluster)?.instances ?? cluster.instances.size,
    runningTasksCount: tasks.filter(({ lastStatus }) => lastStatus === "RUNNING").length,
    pendingTasksCount: tasks.filter(({ lastStatus }) => /^P/.test(lastStatus)).length,
    activeServicesCount: services.filter(({ status }) => status === "ACTIVE").length,
    statistics: [],
    tags: include.includes("TAGS") ? tagList(cluster.tags) : [],
    settings: include.includes("SETTINGS") ? cluster.settings : [],
    ...(include.includes("CONFIGURATIONS") &&
      cluster.configuration && { configuration: cluster.configuration }),
    capacityProviders: cluster.capacityProviders,
    defaultCapacityProviderStrategy: cluster.defaultCapacityProviderStrategy,
  };
}
