import type {
  AutoScalingGroupProvider,
  AutoScalingGroupProviderUpdate,
  CapacityProvider,
  CapacityProviderStrategyItem,
  ManagedScaling,
} from "@aws-sdk/client-ecs";
import { AwsError } from "../../../../core/errors";
import { forwardAccess } from "../../../../core/forwardAccess";
import type { EcsStore } from "../../store";
import type { EcsContext } from "../access";
import { checkStrategyItems } from "./capacityStrategy";
import { clientError, invalidParameter } from "../errors";
import { FARGATE_PROVIDERS } from "./fargateProviders";
import { type Cluster, tagList, type Tags } from "../model";
import { lastPart } from "../references";

/** A capacity provider of an Auto Scaling group. */
export interface GroupProvider {
  readonly name: string;
  readonly arn: string;
  group: AutoScalingGroupProvider;
  readonly tags: Tags;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ManagedScaling.html */
const MANAGED_SCALING = {
  status: "DISABLED",
  targetCapacity: 100,
  minimumScalingStepSize: 1,
  maximumScalingStepSize: 10000,
  instanceWarmupPeriod: 300,
} satisfies ManagedScaling;

/** @throws ClientException */
export function findProvider(reference: string | undefined, store: EcsStore): GroupProvider {
  const found = store.capacityProviders.get(lastPart(reference ?? ""));
  if (!found) throw clientError("The specified capacity provider was not found.");
  return found;
}

/** Merges the given settings, the previous ones and the defaults, in this order of precedence. */
export function groupSettings(
  given: AutoScalingGroupProviderUpdate & Partial<AutoScalingGroupProvider>,
  before?: AutoScalingGroupProvider,
): AutoScalingGroupProvider {
  return {
    autoScalingGroupArn: before?.autoScalingGroupArn ?? given.autoScalingGroupArn,
    managedTerminationProtection:
      given.managedTerminationProtection ?? before?.managedTerminationProtection ?? "DISABLED",
    managedDraining: given.managedDraining ?? before?.managedDraining ?? "ENABLED",
    managedScaling: { ...MANAGED_SCALING, ...before?.managedScaling, ...given.managedScaling },
  };
}

/**
 * Tags the group as managed by ECS, with the caller's permissions. The tag is never removed.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/asg-capacity-providers.html
 *
 * @throws ClientException if the group does not exist.
 */
export async function markGroup(
  groupArn: string | undefined,
  { cloud, principal, region }: EcsContext,
): Promise<void> {
  const tag = {
    ResourceId: lastPart(groupArn ?? ""),
    ResourceType: "auto-scaling-group",
    Key: "AmazonECSManaged",
    Value: "",
    PropagateAtLaunch: true,
  };
  try {
    await cloud.call({
      service: "auto-scaling",
      operation: "CreateOrUpdateTags",
      input: { Tags: [tag] },
      principal: forwardAccess(principal, "ecs", region),
      region,
    });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw clientError(`The Auto Scaling group ${groupArn} cannot be used: ${error.message}`);
  }
}

export function describeProvider(
  { name, arn, group, tags }: GroupProvider,
  withTags: boolean,
): CapacityProvider {
  return {
    capacityProviderArn: arn,
    name,
    status: "ACTIVE",
    autoScalingGroupProvider: group,
    tags: withTags ? tagList(tags) : [],
  };
}

export function fargateProvider(name: string, store: EcsStore): CapacityProvider {
  const capacityProviderArn = store.arn(`capacity-provider/${name}`);
  return { capacityProviderArn, name, status: "ACTIVE", tags: [] };
}

/** @throws InvalidParameterException for a provider that does not exist or is not in the list */
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
  checkStrategyItems(strategy ?? []);
  return {
    capacityProviders: providers ?? [],
    defaultCapacityProviderStrategy: strategy ?? [],
  };
}
