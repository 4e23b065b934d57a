import { isDeepStrictEqual } from "node:util";
import type {
  CreateServiceCommandInput,
  DeploymentConfiguration,
  Service,
} from "@aws-sdk/client-ecs";
import type { ServiceArgs } from "@pulumi/aws/ecs/service";
import type { Args } from "../../define";
import { ecsTagOutputs } from "./tags";

export type Inputs = Args<ServiceArgs>;

/** Values of a service that the program does not give, or no longer gives. */
const DEFAULTS = {
  enableEcsManagedTags: false,
  healthCheckGracePeriodSeconds: 0,
  propagateTags: "NONE",
} as const;

/**
 * Returns the settings that differ. UpdateService keeps omitted ones: a count that autoscaling has set, and everything
 * that it refuses for a CODE_DEPLOY or EXTERNAL controller.
 */
export function changes(news: Inputs, olds: Inputs): Partial<CreateServiceCommandInput> {
  const before = settings(withDefaults(olds));
  const now = Object.entries(settings(withDefaults(news)));
  return Object.fromEntries(
    now.filter(
      ([key, value]) => value !== undefined && !isDeepStrictEqual(value, Reflect.get(before, key)),
    ),
  );
}

function withDefaults(inputs: Inputs): Inputs {
  return { ...DEFAULTS, ...percents(inputs.schedulingStrategy), ...inputs };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html */
function percents(
  schedulingStrategy: string | undefined,
): Required<Pick<Inputs, "deploymentMaximumPercent" | "deploymentMinimumHealthyPercent">> {
  return schedulingStrategy === "DAEMON"
    ? { deploymentMaximumPercent: 100, deploymentMinimumHealthyPercent: 0 }
    : { deploymentMaximumPercent: 200, deploymentMinimumHealthyPercent: 100 };
}

/** Settings that CreateService and UpdateService share. */
export function settings(inputs: Inputs): Partial<CreateServiceCommandInput> {
  const { networkConfiguration: network } = inputs;
  const deploymentConfiguration = deploymentOf(inputs);
  return {
    taskDefinition: inputs.taskDefinition,
    desiredCount: inputs.desiredCount,
    enableECSManagedTags: inputs.enableEcsManagedTags,
    enableExecuteCommand: inputs.enableExecuteCommand,
    healthCheckGracePeriodSeconds: inputs.healthCheckGracePeriodSeconds,
    platformVersion: inputs.platformVersion,
    propagateTags: inputs.propagateTags as CreateServiceCommandInput["propagateTags"],
    ...(deploymentConfiguration && { deploymentConfiguration }),
    ...(network
      ? {
          networkConfiguration: {
            awsvpcConfiguration: {
              subnets: network.subnets,
              securityGroups: network.securityGroups,
              assignPublicIp: network.assignPublicIp ? "ENABLED" : "DISABLED",
            },
          },
        }
      : {}),
  };
}

function deploymentOf(inputs: Inputs): DeploymentConfiguration | undefined {
  const configuration = {
    deploymentCircuitBreaker: inputs.deploymentCircuitBreaker,
    maximumPercent: inputs.deploymentMaximumPercent,
    minimumHealthyPercent: inputs.deploymentMinimumHealthyPercent,
  };
  const isGiven = Object.values(configuration).some((value) => value !== undefined);
  return isGiven ? configuration : undefined;
}

export function outputs(found: Service, inputs: Partial<Inputs>): Record<string, unknown> {
  const { deploymentConfiguration: deployment, networkConfiguration } = found;
  const network = networkConfiguration?.awsvpcConfiguration;
  const byDefault = percents(found.schedulingStrategy);
  return {
    arn: found.serviceArn,
    name: found.serviceName,
    cluster: sameReference(inputs.cluster, found.clusterArn),
    taskDefinition: sameReference(inputs.taskDefinition, found.taskDefinition),
    desiredCount: found.desiredCount,
    launchType: found.launchType,
    // ECS may return the version that LATEST stands for.
    platformVersion: inputs.platformVersion === "LATEST" ? "LATEST" : found.platformVersion,
    schedulingStrategy: found.schedulingStrategy,
    enableEcsManagedTags: found.enableECSManagedTags,
    enableExecuteCommand: found.enableExecuteCommand,
    healthCheckGracePeriodSeconds: found.healthCheckGracePeriodSeconds,
    propagateTags: unlessDefault(inputs.propagateTags, found.propagateTags, DEFAULTS.propagateTags),
    deploymentController: found.deploymentController,
    deploymentCircuitBreaker: deployment?.deploymentCircuitBreaker,
    deploymentMaximumPercent: unlessDefault(
      inputs.deploymentMaximumPercent,
      deployment?.maximumPercent,
      byDefault.deploymentMaximumPercent,
    ),
    deploymentMinimumHealthyPercent: unlessDefault(
      inputs.deploymentMinimumHealthyPercent,
      deployment?.minimumHealthyPercent,
      byDefault.deploymentMinimumHealthyPercent,
    ),
    networkConfiguration: network && {
      subnets: network.subnets,
      securityGroups: network.securityGroups,
      assignPublicIp: unlessDefault(
        inputs.networkConfiguration?.assignPublicIp,
        network.assignPublicIp === "ENABLED",
        false,
      ),
    },
    ...ecsTagOutputs(found.tags),
  };
}

/** Returns undefined for a value that was not given and is ECS's default. */
function unlessDefault<T>(given: T | undefined, found: T | undefined, byDefault: T): T | undefined {
  return given === undefined && found === byDefault ? undefined : found;
}

/**
 * Returns a reference as the program wrote it, if it means the same: a name, `family`, `family:revision` or the ARN.
 */
function sameReference(given: string | undefined, arn: string | undefined): string | undefined {
  const name = arn?.slice(arn.lastIndexOf("/") + 1);
  const [family] = name?.split(":") ?? [];
  return given !== undefined && (given === name || given === family) ? given : arn;
}
