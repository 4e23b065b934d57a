import type {
  CapacityProvider,
  CreateCapacityProviderRequest,
  CreateCapacityProviderResponse,
  DeleteCapacityProviderRequest,
  DeleteCapacityProviderResponse,
  DescribeCapacityProvidersRequest,
  DescribeCapacityProvidersResponse,
  UpdateCapacityProviderRequest,
  UpdateCapacityProviderResponse,
} from "@aws-sdk/client-ecs";
import type { AccessCheck, Operation } from "../../../core/service";
import { type EcsContext, ecsCheck, requestTags, resourceTags } from "../model/access";
import { clientError, invalidParameter, refuseUnsupported } from "../model/errors";
import { FARGATE_PROVIDERS } from "../model/capacity/fargateProviders";
import {
  describeProvider,
  fargateProvider,
  findProvider,
  type GroupProvider,
  groupSettings,
  markGroup,
} from "../model/capacity/groupProviders";
import { listPage } from "../model/listPage";
import { ecsArn, lastPart } from "../model/references";
import type { EcsStore } from "../store";
import { checkTags } from "./tags";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeCapacityProviders.html */
const PAGE = 10;

/** Creates a provider for an Auto Scaling group. Its services run on EC2; it does not scale the group here. */
export const createCapacityProvider: Operation<
  EcsStore,
  CreateCapacityProviderRequest,
  CreateCapacityProviderResponse
> = {
  access: ({ name, tags }, context) => [
    ecsCheck(
      "CreateCapacityProvider",
      ecsArn(context, `capacity-provider/${name}`),
      requestTags(tags),
    ),
  ],
  async run(
    { name = "", autoScalingGroupProvider: given, managedInstancesProvider, tags },
    context,
  ) {
    const { store } = context;
    refuseUnsupported({
      "CreateCapacityProvider option managedInstancesProvider": managedInstancesProvider,
    });
    if (/^(aws|ecs|fargate)/i.test(name) || !/^[\w-]{1,255}$/.test(name))
      throw invalidParameter(`The specified capacity provider name '${name}' is not valid.`);
    if (!given) throw invalidParameter("An Auto Scaling group provider must be specified.");
    const refuseSecond = (): void => {
      if (store.capacityProviders.has(name))
        throw clientError("The specified capacity provider already exists.");
    };
    refuseSecond();
    const provider: GroupProvider = {
      name,
      arn: store.arn(`capacity-provider/${name}`),
      group: groupSettings(given),
      tags: checkTags(tags),
    };
    await markGroup(given.autoScalingGroupArn, context);
    refuseSecond();
    store.capacityProviders.set(name, provider);
    return { capacityProvider: describeProvider(provider, true) };
  },
};

export const updateCapacityProvider: Operation<
  EcsStore,
  UpdateCapacityProviderRequest,
  UpdateCapacityProviderResponse
> = {
  access: ({ name }, context) => onProvider("UpdateCapacityProvider", name, context),
  run({ name, autoScalingGroupProvider: given, managedInstancesProvider }, { store }) {
    refuseUnsupported({
      "UpdateCapacityProvider option managedInstancesProvider": managedInstancesProvider,
    });
    const provider = findProvider(name, store);
    if (!given) throw invalidParameter("An Auto Scaling group provider must be specified.");
    provider.group = groupSettings(given, provider.group);
    return { capacityProvider: describeProvider(provider, true) };
  },
};

export const deleteCapacityProvider: Operation<
  EcsStore,
  DeleteCapacityProviderRequest,
  DeleteCapacityProviderResponse
> = {
  access: ({ capacityProvider }, context) =>
    onProvider("DeleteCapacityProvider", capacityProvider, context),
  run({ capacityProvider: reference }, { store }) {
    const found = findProvider(reference, store);
    const isUsed = [...store.clusters.values()].some(({ capacityProviders }) =>
      capacityProviders.includes(found.name),
    );
    if (isUsed)
      throw invalidParameter(
        "The capacity provider cannot be deleted because it is associated with cluster. Remove the capacity provider from the cluster and try again.",
      );
    store.capacityProviders.delete(found.name);
    return { capacityProvider: { ...describeProvider(found, true), status: "INACTIVE" } };
  },
};

export const describeCapacityProviders: Operation<
  EcsStore,
  DescribeCapacityProvidersRequest,
  DescribeCapacityProvidersResponse
> = {
  access: ({ capacityProviders = ["*"] }, context) =>
    capacityProviders.flatMap((name) => onProvider("DescribeCapacityProviders", name, context)),
  run({ capacityProviders: asked, cluster, include = [], maxResults, nextToken }, { store }) {
    if (maxResults !== undefined && (maxResults < 1 || maxResults > PAGE))
      throw invalidParameter(`maxResults must be between 1 and ${PAGE}.`);
    const ofCluster = cluster === undefined ? undefined : store.cluster(cluster).capacityProviders;
    const withTags = include.includes("TAGS");
    const all = new Map<string, CapacityProvider>([
      ...FARGATE_PROVIDERS.map((name): [string, CapacityProvider] => [
        name,
        fargateProvider(name, store),
      ]),
      ...[...store.capacityProviders].map(([name, provider]): [string, CapacityProvider] => [
        name,
        describeProvider(provider, withTags),
      ]),
    ]);
    const names = asked?.map(lastPart) ?? ofCluster ?? [...all.keys()];
    const isShown = (name: string): boolean => all.has(name) && (ofCluster?.includes(name) ?? true);
    const shown = listPage(
      names.filter(isShown),
      { maxResults, nextToken },
      { key: (name) => name, defaultSize: PAGE },
    );
    return {
      capacityProviders: shown.items.flatMap((name) => all.get(name) ?? []),
      failures: names
        .filter((name) => !isShown(name))
        .map((name) => ({ arn: store.arn(`capacity-provider/${name}`), reason: "MISSING" })),
      nextToken: shown.nextToken,
    };
  },
};

function onProvider(
  action: string,
  reference: string | undefined,
  context: EcsContext,
): readonly AccessCheck[] {
  const name = lastPart(reference ?? "");
  const tags = context.store.capacityProviders.get(name)?.tags;
  return [ecsCheck(action, ecsArn(context, `capacity-provider/${name}`), resourceTags(tags))];
}
