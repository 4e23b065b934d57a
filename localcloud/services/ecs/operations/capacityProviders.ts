import type {
  CapacityProvider,
  CapacityProviderStrategyItem,
  DescribeCapacityProvidersRequest,
  DescribeCapacityProvidersResponse,
} from "@aws-sdk/client-ecs";
import type { Operation } from "../../../core/service";
import { ecsCheck } from "../model/access";
import { invalidParameter } from "../model/errors";
import type { Cluster } from "../model/model";
import { ecsArn, lastPart } from "../model/references";
import type { EcsStore } from "../store";

/** The capacity providers that every account has; others (Auto Scaling groups) are not emulated. */
const FARGATE_PROVIDERS = ["FARGATE", "FARGATE_SPOT"];

export const describeCapacityProviders: Operation<
  EcsStore,
  DescribeCapacityProvidersRequest,
  DescribeCapacityProvidersResponse
> = {
  access: ({ capacityProviders = FARGATE_PROVIDERS }, context) =>
    capacityProviders.map((name) =>
      ecsCheck("DescribeCapacityProviders", ecsArn(context, `capacity-provider/${lastPart(name)}`)),
    ),
  run({ capacityProviders = FARGATE_PROVIDERS }, { store }) {
    const names = capacityProviders.map(lastPart);
    return {
      capacityProviders: names
        .filter((name) => FARGATE_PROVIDERS.includes(name))
        .map((name): CapacityProvider => ({
          capacityProviderArn: store.arn(`capacity-provider/${name}`),
          name,
          status: "ACTIVE",
          tags: [],
        })),
      failures: names
        .filter((name) => !FARGATE_PROVIDERS.includes(name))
        .map((name) => ({ arn: store.arn(`capacity-provider/${name}`), reason: "MISSING" })),
    };
  },
};

/** @throws InvalidParameterException for a provider that does not exist or that the list lacks */
export function checkProviders(
  providers: string[] | undefined,
  strategy: CapacityProviderStrategyItem[] | undefined,
): Pick<Cluster, "capacityProviders" | "defaultCapacityProviderStrategy"> {
  for (const name of providers ?? [])
    if (!FARGATE_PROVIDERS.includes(name))
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
