import type {
  ClusterSetting,
  PutClusterCapacityProvidersRequest,
  PutClusterCapacityProvidersResponse,
  UpdateClusterRequest,
  UpdateClusterResponse,
  UpdateClusterSettingsRequest,
  UpdateClusterSettingsResponse,
} from "@aws-sdk/client-ecs";
import type { AccessCheck, Operation } from "../../../core/service";
import { clusterArn, ecsCheck, resourceTags, type EcsContext } from "../model/access";
import { checkProviders } from "./capacityProviders";
import { describe } from "./clusters";
import { invalidParameter, refuseUnsupported } from "../model/errors";
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
    Object.assign(
      cluster,
      checkProviders(input.capacityProviders, input.defaultCapacityProviderStrategy),
    );
    return { cluster: describe(cluster, ["SETTINGS", "TAGS"], store) };
  },
};

/** @throws InvalidParameterException for a setting or value that ECS does not know */
export function checkSettings(
  settings: ClusterSetting[] | undefined,
): ClusterSetting[] | undefined {
  for (const { name, value } of settings ?? []) {
    if (name !== "containerInsights")
      throw invalidParameter(`Invalid cluster setting name: ${name}.`);
    if (!["enabled", "disabled", "enhanced"].includes(value ?? ""))
      throw invalidParameter(
        `Invalid cluster setting value: ${value}. Valid values are enhanced, enabled, and disabled.`,
      );
  }
  return settings;
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
