import { isDeepStrictEqual } from "node:util";
import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  UpdateServiceCommand,
  type CreateServiceCommandInput,
  type DeploymentConfiguration,
  type Service,
} from "@aws-sdk/client-ecs";
import type { ServiceArgs } from "@pulumi/aws/ecs/service";
import { client } from "../clients";
import { defineResource, ignoreGone, unlessGone, type Args } from "../define";
import type { ProviderContext } from "../types";
import { ecsTagOutputs, ecsTags, setEcsTags } from "./ecsTags";

type Inputs = Args<ServiceArgs>;

const GONE = ["ClusterNotFoundException", "ServiceNotFoundException", "ServiceNotActiveException"];
/** Milliseconds between two checks of a service that is being deleted, and the number of checks. */
const PAUSE_MS = 250;
const MAX_LOOKS = 480;

/** Values of a service that the program does not give, or no longer gives. */
const DEFAULTS = {
  enableEcsManagedTags: false,
  healthCheckGracePeriodSeconds: 0,
  propagateTags: "NONE",
} as const;

export const ecsService = defineResource<Inputs>({
  token: "aws:ecs/service:Service",
  inputs: [
    "cluster",
    "deploymentCircuitBreaker",
    "deploymentController",
    "deploymentMaximumPercent",
    "deploymentMinimumHealthyPercent",
    "desiredCount",
    "enableEcsManagedTags",
    "enableExecuteCommand",
    "forceDelete",
    "forceNewDeployment",
    "healthCheckGracePeriodSeconds",
    "launchType",
    "name",
    "networkConfiguration",
    "platformVersion",
    "propagateTags",
    "schedulingStrategy",
    "tags",
    "taskDefinition",
    "waitForSteadyState",
  ],
  computed: [
    "cluster",
    "deploymentCircuitBreaker",
    "deploymentController",
    "desiredCount",
    "enableExecuteCommand",
    "launchType",
    "platformVersion",
    "schedulingStrategy",
  ],
  autoname: { property: "name", maxLength: 255 },
  defaults: { waitForSteadyState: false },
  replaceOn: ["name", "cluster", "launchType", "schedulingStrategy", "deploymentController"],
  check: ({ waitForSteadyState }) =>
    waitForSteadyState === true
      ? [
          {
            property: "waitForSteadyState",
            reason: "is not supported by the local cloud's provider",
          },
        ]
      : [],
  async create(inputs, context) {
    const made = await client(ECSClient, context).send(
      new CreateServiceCommand({
        ...settings(inputs),
        cluster: inputs.cluster,
        serviceName: inputs.name,
        launchType: inputs.launchType as CreateServiceCommandInput["launchType"],
        schedulingStrategy:
          inputs.schedulingStrategy as CreateServiceCommandInput["schedulingStrategy"],
        deploymentController:
          inputs.deploymentController as CreateServiceCommandInput["deploymentController"],
        tags: ecsTags(inputs.tags),
      }),
    );
    return made.service?.serviceArn ?? "";
  },
  async read(id, inputs, context) {
    const found = await describe(id, context);
    if (!found || found.status === "INACTIVE" || found.status === "DRAINING") return undefined;
    return outputs(found, inputs);
  },
  async update(id, news, olds, context) {
    const change = changes(news, olds);
    const forces = news.forceNewDeployment === true && olds.forceNewDeployment !== true;
    if (forces || Object.keys(change).length > 0)
      await client(ECSClient, context).send(
        new UpdateServiceCommand({
          ...change,
          cluster: news.cluster,
          service: id,
          forceNewDeployment: news.forceNewDeployment,
        }),
      );
    await setEcsTags(id, news.tags, olds.tags, context);
  },
  async delete(id, { cluster, forceDelete, schedulingStrategy }, context) {
    const ecs = client(ECSClient, context);
    const daemon = schedulingStrategy === "DAEMON";
    await ignoreGone(GONE, async () => {
      // ECS refuses to delete a service with a count above 0; the count of a daemon cannot be set.
      if (!forceDelete && !daemon)
        await ecs.send(new UpdateServiceCommand({ cluster, service: id, desiredCount: 0 }));
      await ecs.send(
        new DeleteServiceCommand({ cluster, service: id, force: forceDelete || daemon }),
      );
    });
    await untilGone(id, context);
  },
});

/** Waits until a service is gone: a cluster cannot be deleted while one of its services drains. */
async function untilGone(id: string, context: ProviderContext): Promise<void> {
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    const found = await describe(id, context);
    if (!found || found.status === "INACTIVE") return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Error(`The service ${id} still drains.`);
}

async function describe(id: string, context: ProviderContext): Promise<Service | undefined> {
  // arn:aws:ecs:<region>:<account>:service/<cluster>/<name>
  const [, cluster] = id.split("/");
  const input = { cluster, services: [id], include: ["TAGS" as const] };
  return unlessGone(GONE, async () => {
    const { services } = await client(ECSClient, context).send(new DescribeServicesCommand(input));
    return services?.at(0);
  });
}

/**
 * Returns the settings that differ. UpdateService keeps omitted ones: a count that autoscaling has set, and everything
 * that it refuses for a CODE_DEPLOY or EXTERNAL controller.
 */
function changes(news: Inputs, olds: Inputs): Partial<CreateServiceCommandInput> {
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
function settings(inputs: Inputs): Partial<CreateServiceCommandInput> {
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

function outputs(found: Service, inputs: Partial<Inputs>): Record<string, unknown> {
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
