import type { CapacityProviderStrategyItem } from "@aws-sdk/client-ecs";

/** The capacity providers that every account has. */
export const FARGATE_PROVIDERS = ["FARGATE", "FARGATE_SPOT"];

/** Checks whether a strategy uses Fargate, not instances of an Auto Scaling group; without a strategy it is EC2. */
export function isOfFargate(strategy: readonly CapacityProviderStrategyItem[]): boolean {
  return strategy.some(({ capacityProvider = "" }) => FARGATE_PROVIDERS.includes(capacityProvider));
}
