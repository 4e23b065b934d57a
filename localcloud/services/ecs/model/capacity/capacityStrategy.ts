import type { CapacityProviderStrategyItem } from "@aws-sdk/client-ecs";
import { invalidParameter } from "../errors";
import { FARGATE_PROVIDERS } from "./fargateProviders";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html */
const MAX_PROVIDERS = 20;

/**
 * Refuses a strategy with which tasks are placed.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
 *
 * @throws InvalidParameterException
 */
export function checkStrategy(strategy: readonly CapacityProviderStrategyItem[] = []): void {
  checkStrategyItems(strategy);
  if (strategy.length > 1 && strategy.every(({ weight = 0 }) => weight === 0))
    throw invalidParameter(
      "At least one capacity provider of a capacity provider strategy must have a weight greater than 0.",
    );
}

/** Refuses a strategy that a cluster cannot have as its default either. @throws InvalidParameterException */
export function checkStrategyItems(strategy: readonly CapacityProviderStrategyItem[]): void {
  if (strategy.length > MAX_PROVIDERS)
    throw invalidParameter(
      `A capacity provider strategy can contain at most ${MAX_PROVIDERS} capacity providers.`,
    );
  if (strategy.filter(({ base = 0 }) => base > 0).length > 1)
    throw invalidParameter("Only one capacity provider of a strategy can have a base defined.");
  const ofFargate = strategy.filter(({ capacityProvider = "" }) =>
    FARGATE_PROVIDERS.includes(capacityProvider),
  );
  if (ofFargate.length > 0 && ofFargate.length < strategy.length)
    throw invalidParameter(
      "A capacity provider strategy cannot contain a mix of capacity providers using Auto Scaling groups and Fargate providers. Specify one or the other and try again.",
    );
}
