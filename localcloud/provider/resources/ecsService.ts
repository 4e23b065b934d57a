import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  UpdateServiceCommand,
  type AssignPublicIp,
  type CreateServiceCommandInput,
  type Service,
} from "@aws-sdk/client-ecs";
import type { ServiceArgs } from "@pulumi/aws/ecs/service";
import { client } from "../clients";
import { defineResource, ignoreGone, unlessGone, type Args } from "../define";
import type { ProviderContext } from "../types";
import { ecsTagOutputs, ecsTags, setEcsTags } from "./ecsTags";

type Inputs = Args<ServiceArgs>;

const GONE = ["ClusterNotFoundException", "ServiceNotFoundException", "ServiceNotActiveException"];
/** Milliseconds between two looks at a service that is going, and how often it is looked at. */
const PAUSE_MS = 250;
const MAX_LOOKS = 480;

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
  computed: ["cluster", "launchType", "platformVersion", "deploymentController"],
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
    const { cluster, ...change } = settings(news);
    await client(ECSClient, context).send(
      new UpdateServiceCommand({
        ...change,
        cluster,
        service: id,
        forceNewDeployment: news.forceNewDeployment,
      }),
    );
    await setEcsTags(id, news.tags, olds.tags, context);
  },
  async delete(id, { cluster, forceDelete, schedulingStrategy }, context) {
    const ecs = client(ECSClient, context);
    await ignoreGone(GONE, async () => {
      // A service with tasks is refused; its tasks end first.
      if (!forceDelete && schedulingStrategy !== "DAEMON")
        await ecs.send(new UpdateServiceCommand({ cluster, service: id, desiredCount: 0 }));
      await ecs.send(new DeleteServiceCommand({ cluster, service: id, force: forceDelete }));
      await untilGone(id, context);
    });
  },
});

/** A cluster cannot be deleted while a service of it drains. */
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

/** What both CreateService and UpdateService take. */
function settings(inputs: Inputs): Partial<CreateServiceCommandInput> {
  const { deploymentCircuitBreaker, networkConfiguration: network } = inputs;
  const [maximum, minimum] = [
    inputs.deploymentMaximumPercent,
    inputs.deploymentMinimumHealthyPercent,
  ];
  return {
    cluster: inputs.cluster,
    taskDefinition: inputs.taskDefinition,
    desiredCount: inputs.desiredCount,
    enableECSManagedTags: inputs.enableEcsManagedTags,
    enableExecuteCommand: inputs.enableExecuteCommand,
    healthCheckGracePeriodSeconds: inputs.healthCheckGracePeriodSeconds,
    platformVersion: inputs.platformVersion,
    propagateTags: inputs.propagateTags as CreateServiceCommandInput["propagateTags"],
    ...(deploymentCircuitBreaker || maximum !== undefined || minimum !== undefined
      ? {
          deploymentConfiguration: {
            deploymentCircuitBreaker,
            maximumPercent: maximum,
            minimumHealthyPercent: minimum,
          },
        }
      : {}),
    ...(network
      ? {
          networkConfiguration: {
            awsvpcConfiguration: {
              subnets: network.subnets,
              securityGroups: network.securityGroups,
              assignPublicIp: (network.assignPublicIp ? "ENABLED" : "DISABLED") as AssignPublicIp,
            },
          },
        }
      : {}),
  };
}

function outputs(found: Service, inputs: Partial<Inputs>): Record<string, unknown> {
  const { deploymentConfiguration: deployment, networkConfiguration } = found;
  const network = networkConfiguration?.awsvpcConfiguration;
  return {
    arn: found.serviceArn,
    name: found.serviceName,
    cluster: sameReference(inputs.cluster, found.clusterArn),
    taskDefinition: sameReference(inputs.taskDefinition, found.taskDefinition),
    desiredCount: found.desiredCount,
    launchType: found.launchType,
    platformVersion: found.platformVersion,
    schedulingStrategy: inputs.schedulingStrategy ?? found.schedulingStrategy,
    enableExecuteCommand: found.enableExecuteCommand,
    // What was not asked for has a default.
    ...(inputs.deploymentMaximumPercent === undefined
      ? {}
      : { deploymentMaximumPercent: deployment?.maximumPercent }),
    ...(inputs.deploymentMinimumHealthyPercent === undefined
      ? {}
      : { deploymentMinimumHealthyPercent: deployment?.minimumHealthyPercent }),
    deploymentCircuitBreaker:
      inputs.deploymentCircuitBreaker && deployment?.deploymentCircuitBreaker,
    networkConfiguration: network && {
      subnets: network.subnets,
      securityGroups: network.securityGroups,
      assignPublicIp: network.assignPublicIp === "ENABLED",
    },
    ...ecsTagOutputs(found.tags),
  };
}

/** The form in which the program named it, when it means the same: a name, `family:revision` or the ARN. */
function sameReference(given: string | undefined, arn: string | undefined): string | undefined {
  return given !== undefined && arn?.endsWith(`/${given}`) ? given : arn;
}
