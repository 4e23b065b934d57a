import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  UpdateServiceCommand,
  type CreateServiceCommandInput,
  type Service,
} from "@aws-sdk/client-ecs";
import { client } from "../../clients";
import { defineResource, ignoreGone, unlessGone } from "../../define";
import type { ProviderContext } from "../../types";
import { ecsTags, setEcsTags } from "./tags";
import { changes, settings, outputs, type Inputs } from "./serviceSettings";

const GONE = ["ClusterNotFoundException", "ServiceNotFoundException", "ServiceNotActiveException"];

/** Milliseconds between two checks of a service that is being deleted, and the number of checks. */
const PAUSE_MS = 250;
const MAX_POLLS = 480;

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
  for (let poll = 0; poll < MAX_POLLS; poll += 1) {
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
