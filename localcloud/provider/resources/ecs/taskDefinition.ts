import {
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  type Tag,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import type { TaskDefinitionArgs } from "@pulumi/aws/ecs/taskDefinition";
import { client } from "../../clients";
import { defineResource, isAwsError, type Args } from "../../define";
import type { CheckFailure, ProviderContext } from "../../types";
import { parseContainers, sameContainers } from "./containerDefinitions";
import { ecsTagOutputs, ecsTags, setEcsTags } from "./tags";

/** Any change except of its tags creates a new revision. */
const REVISION_INPUTS = [
  "containerDefinitions",
  "cpu",
  "ephemeralStorage",
  "executionRoleArn",
  "family",
  "ipcMode",
  "memory",
  "networkMode",
  "pidMode",
  "placementConstraints",
  "requiresCompatibilities",
  "runtimePlatform",
  "taskRoleArn",
  "volumes",
] as const;

export const taskDefinition = defineResource<Args<TaskDefinitionArgs>>({
  token: "aws:ecs/taskDefinition:TaskDefinition",
  inputs: [...REVISION_INPUTS, "skipDestroy", "tags", "trackLatest"],
  computed: ["networkMode"],
  volatileOutputs: ["arn", "revision"],
  required: ["containerDefinitions", "family"],
  defaults: { skipDestroy: false, trackLatest: false },
  replaceOn: [...REVISION_INPUTS],
  jsonInputs: ["containerDefinitions"],
  check: ({ containerDefinitions, volumes }) => [
    ...checkContainers(containerDefinitions),
    ...checkVolumes(volumes),
  ],
  async create(inputs, context) {
    const { skipDestroy: _skip, trackLatest: _track, tags, ...revision } = inputs;
    const { containerDefinitions, ephemeralStorage, ...rest } = revision;
    const made = await client(ECSClient, context).send(
      new RegisterTaskDefinitionCommand({
        // The other inputs have the names of the API.
        ...(rest as Omit<RegisterTaskDefinitionCommandInput, "containerDefinitions">),
        containerDefinitions: parseContainers(containerDefinitions),
        ephemeralStorage: ephemeralStorage && { sizeInGiB: ephemeralStorage.sizeInGib },
        tags: ecsTags(tags),
      }),
    );
    return made.taskDefinition?.taskDefinitionArn ?? "";
  },
  async read(id, inputs, context) {
    const found = await describe(inputs.trackLatest ? familyOf(id) : id, context);
    if (found?.taskDefinition?.status !== "ACTIVE") return undefined;
    return { ...revisionOutputs(found.taskDefinition, inputs), ...ecsTagOutputs(found.tags) };
  },
  async update(id, news, olds, context) {
    await setEcsTags(id, news.tags, olds.tags, context);
  },
  async delete(id, { skipDestroy }, context) {
    if (skipDestroy) return;
    // For a missing revision ECS refuses to deregister with the same code as for any other mistake.
    const found = await describe(id, context);
    if (found?.taskDefinition?.status !== "ACTIVE") return;
    await client(ECSClient, context).send(
      new DeregisterTaskDefinitionCommand({ taskDefinition: id }),
    );
  },
});

function revisionOutputs(
  found: TaskDefinition,
  inputs: Partial<Args<TaskDefinitionArgs>>,
): Record<string, unknown> {
  const arn = found.taskDefinitionArn ?? "";
  const values = REVISION_INPUTS.map((key): [string, unknown] => [key, Reflect.get(found, key)]);
  return {
    ...Object.fromEntries(values),
    containerDefinitions: sameContainers(
      inputs.containerDefinitions,
      found.containerDefinitions,
      found.networkMode,
    ),
    ephemeralStorage: found.ephemeralStorage && { sizeInGib: found.ephemeralStorage.sizeInGiB },
    arn,
    arnWithoutRevision: arn.slice(0, arn.lastIndexOf(":")),
    revision: found.revision,
  };
}

async function describe(
  reference: string,
  context: ProviderContext,
): Promise<{ taskDefinition?: TaskDefinition; tags?: Tag[] } | undefined> {
  const input = { taskDefinition: reference, include: ["TAGS" as const] };
  try {
    return await client(ECSClient, context).send(new DescribeTaskDefinitionCommand(input));
  } catch (error) {
    // ECS has no specific error for a missing one.
    if (isAwsError(error, ["ClientException"])) return undefined;
    throw error;
  }
}

/** `arn:aws:ecs:...:task-definition/web:7` -> `web` */
function familyOf(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1).split(":")[0];
}

function checkContainers(text: unknown): CheckFailure[] {
  if (typeof text !== "string") return [];
  try {
    if (Array.isArray(JSON.parse(text))) return [];
  } catch {
    // Reported below.
  }
  return [{ property: "containerDefinitions", reason: "is not a JSON list" }];
}

/** Checks volumes: only those of a host are supported, since other kinds have other names in the API. */
function checkVolumes(volumes: unknown): CheckFailure[] {
  const others = [volumes ?? []]
    .flat()
    .flatMap((volume) => Object.keys(Object(volume) as object))
    .filter((key) => key !== "name");
  return others.map((key) => ({
    property: `volumes.${key}`,
    reason: "is not supported by the local cloud's provider",
  }));
}
