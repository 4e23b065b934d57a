import type {
  PutClusterCapacityProvidersRequest,
  PutClusterCapacityProvidersResponse,
  UpdateClusterRequest,
  UpdateClusterResponse,
  UpdateClusterSettingsRequest,
  UpdateClusterSettingsResponse,
} from "@aws-sdk/client-ecs";
import { AwsError } from "../../../core/errors";
import type { AccessCheck, Operation } from "../../../core/service";
import { clusterArn, ecsCheck, resourceTags, type EcsContext } from "../model/access";
import { checkProviders } from "../model/capacity/groupProviders";
import { describe } from "./clusters";
import { checkSettings } from "../model/clusterSettings";
import { refuseUnsupported } from "../model/errors";
import type { Cluster } from "../model/model";
import { clusterName } from "../model/references";
import type { EcsStore } from "../store";

export const updateCluster: Operation<EcsStore, UpdateClusterRequest, UpdateClusterResponse> = {
  access: onCluster("UpdateCluster"),
  run(input, { store }) {
    const cluster = store.cluster(input.cluster);
    refuseUnsupported({ serviceConnectDefaults: input.serviceConnectDefaults });
    cluster.settings = checkSettings(input.settings) ?? cluster.settings;
    cluster.configuration = input.configuration ?? cluster.configuration;
    return { cluster: describe(cluster, ["SETTINGS", "CONFIGURATIONS", "TAGS"], store) };
  },
};

export const updateClusterSettings: Operation<
  EcsStore,
  UpdateClusterSettingsRequest,
  UpdateClusterSettingsResponse
> = {
  access: onCluster("UpdateClusterSettings"),
  run(input, { store }) {
    const cluster = store.cluster(input.cluster);
    cluster.settings = checkSettings(input.settings) ?? cluster.settings;
    return { cluster: describe(cluster, ["SETTINGS", "TAGS"], store) };
  },
};

export const putClusterCapacityProviders: Operation<
  EcsStore,
  PutClusterCapacityProvidersRequest,
  PutClusterCapacityProvidersResponse
> = {
  access: onCluster("PutClusterCapacityProviders"),
  run(input, { store }) {
    const cluster = store.cluster(input.cluster);
    const providers = checkProviders(
      input.capacityProviders,
      input.defaultCapacityProviderStrategy,
      store,
    );
    refuseUsed(cluster, providers.capacityProviders);
    Object.assign(cluster, providers);
    return { cluster: describe(cluster, ["SETTINGS", "TAGS"], store) };
  },
};

/** https://github.com/pahud/cdk-fargate-patterns/issues/71 quotes AWS's error. */
function refuseUsed({ capacityProviders, services }: Cluster, kept: readonly string[]): void {
  const used = [...services.values()]
    .filter(({ status }) => status !== "INACTIVE")
    .flatMap(({ settings }) => settings.capacityProviderStrategy ?? [])
    .map(({ capacityProvider = "" }) => capacityProvider);
  if (capacityProviders.some((name) => !kept.includes(name) && used.includes(name)))
    throw new AwsError(
      "ResourceInUseException",
      "The specified capacity provider is in use and cannot be removed.",
    );
}

function onCluster(action: string) {
  return (input: { cluster?: string }, context: EcsContext): readonly AccessCheck[] => [
    ecsCheck(
      action,
      clusterArn(context, input.cluster),
      resourceTags(context.store.clusters.get(clusterName(input.cluster))?.tags),
    ),
  ];
}
