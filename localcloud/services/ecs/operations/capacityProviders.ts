import type {
  CapacityProvider,
  CapacityProviderStrategyItem,
  CreateCapacityProviderRequest,
  CreateCapacityProviderResponse,
  DeleteCapacityProviderRequest,
  DeleteCapacityProviderResponse,
  DescribeCapacityProvidersRequest,
  DescribeCapacityProvidersResponse,
} from "@aws-sdk/client-ecs";
import type { Operation } from "../../../core/service";
import { ecsCheck } from "../model/access";
import { clientError, invalidParameter, refuseUnsupported } from "../model/errors";
import { FARGATE_PROVIDERS } from "../model/fargateProviders";
import type { Cluster } from "../model/model";
import { ecsArn, lastPart } from "../model/references";
import type { EcsStore } from "../store";

/** A provider of an Auto Scaling group is known, and its services run on EC2; it scales nothing here. */
export const createCapacityProvider: Operation<
  EcsStore,
  CreateCapacityProviderRequest,
  CreateCapacityProviderResponse
> = {
  access: ({ name }, context) => [
    ecsCheck("CreateCapacityProvider", ecsArn(context, `capacity-provider/${name}`)),
  ],
  run({ name = "", autoScalingGroupProvider: given, managedInstancesProvider, tags }, { store }) {
    refuseUnsupported({
      "CreateCapacityProvider option managedInstancesProvider": managedInstancesProvider,
    });
    if (/^(aws|ecs|fargate)/i.test(name) || !/^[\w-]{1,255}$/.test(name))
      throw invalidParameter(`The specified capacity provider name '${name}' is not valid.`);
    if (!given) throw invalidParameter("An Auto Scaling group provider must be specified.");
    if (store.capacityProviders.has(name))
      throw clientError("The specified capacity provider already exists.");
    const capacityProvider: CapacityProvider = {
      capacityProviderArn: store.arn(`capacity-provider/${name}`),
      name,
      status: "ACTIVE",
      autoScalingGroupProvider: {
        managedTerminationProtection: "DISABLED",
        managedDraining: "ENABLED",
        ...given,
        managedScaling: {
          status: "DISABLED",
          targetCapacity: 100,
          minimumScalingStepSize: 1,
          maximumScalingStepSize: 10000,
          instanceWarmupPeriod: 300,
          ...given.managedScaling,
        },
      },
      tags: tags ?? [],
    };
    store.capacityProviders.set(name, capacityProvider);
    return { capacityProvider };
  },
};

export const deleteCapacityProvider: Operation<
  EcsStore,
  DeleteCapacityProviderRequest,
  DeleteCapacityProviderResponse
> = {
  access: ({ capacityProvider = "" }, context) => [
    ecsCheck(
      "DeleteCapacityProvider",
      ecsArn(context, `capacity-provider/${lastPart(capacityProvider)}`),
    ),
  ],
  run({ capacityProvider: reference = "" }, { store }) {
    const name = lastPart(reference);
    const found = store.capacityProviders.get(name);
    if (!found) throw clientError("The specified capacity provider was not found.");
    const isUsed = [...store.clusters.values()].some(({ capacityProviders }) =>
      capacityProviders.includes(name),
    );
    if (isUsed)
      throw invalidParameter(
        "The capacity provider cannot be deleted because it is associated with cluster. Remove the capacity provider from the cluster and try again.",
      );
    store.capacityProviders.delete(name);
    return { capacityProvider: { ...found, status: "INACTIVE" } };
  },
};

export const describeCapacityProviders: Operation<
  EcsStore,
  DescribeCapacityProvidersRequest,
  DescribeCapacityProvidersResponse
> = {
  access: ({ capacityProviders = ["*"] }, context) =>
    capacityProviders.map((name) =>
      ecsCheck("DescribeCapacityProviders", ecsArn(context, `capacity-provider/${lastPart(name)}`)),
    ),
  run({ capacityProviders: asked }, { store }) {
    const all = new Map<string, CapacityProvider>([
      ...FARGATE_PROVIDERS.map((name): [string, CapacityProvider] => [name, fargate(name, store)]),
      ...store.capacityProviders,
    ]);
    const names = asked?.map(lastPart) ?? [...all.keys()];
    return {
      capacityProviders: names.flatMap((name) => all.get(name) ?? []),
      failures: names
        .filter((name) => !all.has(name))
        .map((name) => ({ arn: store.arn(`capacity-provider/${name}`), reason: "MISSING" })),
    };
  },
};

function fargate(name: string, store: EcsStore): CapacityProvider {
  const capacityProviderArn = store.arn(`capacity-provider/${name}`);
  return { capacityProviderArn, name, status: "ACTIVE", tags: [] };
}

/** @throws InvalidParameterException for a provider that does not exist or that the list lacks */
export function checkProviders(
  providers: string[] | undefined,
  strategy: CapacityProviderStrategyItem[] | undefined,
  store: EcsStore,
): Pick<Cluster, "capacityProviders" | "defaultCapacityProviderStrategy"> {
  for (const name of providers ?? [])
    if (!FARGATE_PROVIDERS.includes(name) && !store.capacityProviders.has(name))
      throw invalidParameter(
        `The specified capacity provider ${name} was not found. Specify a valid capacity provider name and try again.`,
      );
  for (const { capacityProvider = "" } of strategy ?? [])
    if (!providers?.includes(capacityProvider))
      throw invalidParameter(
        `The specified capacity provider '${capacityProvider}' is not associated with the cluster.`,
      );
  return {
    capacityProviders: providers ?? [],
    defaultCapacityProviderStrategy: strategy ?? [],
  };
}
