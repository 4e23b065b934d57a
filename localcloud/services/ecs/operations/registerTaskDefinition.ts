import type {
  Attribute,
  Compatibility,
  ContainerDefinition,
  RegisterTaskDefinitionRequest,
  RegisterTaskDefinitionResponse,
  TaskDefinition,
} from "@aws-sdk/client-ecs";
import { principalArn } from "../../../core/principal";
import type { Operation } from "../../../core/service";
import { ecsCheck, passRoles, requestTags, tagOnCreate, type EcsContext } from "../model/access";
import { checkTaskDefinition } from "../model/taskDefinitions/checkTaskDefinition";
import { fargateProblem } from "../model/taskDefinitions/fargateProblem";
import { cpuUnits, memoryMib } from "../model/taskDefinitions/fargateSizes";
import { tagList } from "../model/model";
import { ecsArn } from "../model/references";
import type { EcsStore } from "../store";
import { checkTags } from "./tags";
import { without } from "../model/without";

export const registerTaskDefinition: Operation<
  EcsStore,
  RegisterTaskDefinitionRequest,
  RegisterTaskDefinitionResponse
> = {
  access(input, context) {
    const arn = ecsArn(context, `task-definition/${input.family}:*`);
    return [
      ecsCheck("RegisterTaskDefinition", arn, requestTags(input.tags)),
      ...passRoles(context, [input.taskRoleArn, input.executionRoleArn]),
      ...tagOnCreate("RegisterTaskDefinition", arn, input.tags),
    ];
  },
  run(input, context) {
    const { store } = context;
    checkTaskDefinition(input);
    const tags = checkTags(input.tags);
    const family = input.family ?? "";
    const revision = (store.lastRevisions.get(family) ?? 0) + 1;
    const arn = store.arn(`task-definition/${family}:${revision}`);
    const definition = definitionOf(input, { arn, revision }, context);
    store.lastRevisions.set(family, revision);
    const revisions = store.families.get(family) ?? [];
    store.families.set(family, [...revisions, { arn, family, revision, definition, tags }]);
    return { taskDefinition: definition, tags: tagList(tags) };
  },
};

function definitionOf(
  input: RegisterTaskDefinitionRequest,
  id: { arn: string; revision: number },
  { clock, principal }: EcsContext,
): TaskDefinition {
  const compatibilities: Compatibility[] =
    fargateProblem(input) === undefined ? ["EC2", "FARGATE"] : ["EC2"];
  return {
    // Members that this cloud does not interpret are stored unchanged.
    ...without(input, "tags"),
    // "String values are converted to an integer": .../APIReference/API_RegisterTaskDefinition.html
    ...(input.cpu !== undefined && { cpu: String(cpuUnits(input.cpu)) }),
    ...(input.memory !== undefined && { memory: String(memoryMib(input.memory)) }),
    taskDefinitionArn: id.arn,
    revision: id.revision,
    status: "ACTIVE",
    containerDefinitions: (input.containerDefinitions ?? []).map((container) =>
      withDefaults(container, input.networkMode),
    ),
    volumes: input.volumes ?? [],
    placementConstraints: input.placementConstraints ?? [],
    requiresAttributes: requiredAttributes(input),
    compatibilities,
    registeredAt: clock.date(),
    registeredBy: principalArn(principal),
  };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
const HEALTH_CHECK_DEFAULTS = { interval: 30, timeout: 5, retries: 3 };

function withDefaults(
  container: ContainerDefinition,
  networkMode: string | undefined,
): ContainerDefinition {
  return {
    ...container,
    cpu: container.cpu ?? 0,
    portMappings: (container.portMappings ?? []).map((mapping) => ({
      ...mapping,
      // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html
      hostPort:
        mapping.hostPort ??
        (["awsvpc", "host"].includes(networkMode ?? "") ? mapping.containerPort : 0),
      protocol: mapping.protocol ?? "tcp",
    })),
    essential: container.essential ?? true,
    environment: container.environment ?? [],
    mountPoints: container.mountPoints ?? [],
    volumesFrom: container.volumesFrom ?? [],
    systemControls: container.systemControls ?? [],
    ...(container.healthCheck && {
      healthCheck: { ...HEALTH_CHECK_DEFAULTS, ...container.healthCheck },
    }),
  };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-constraints.html */
function requiredAttributes(input: RegisterTaskDefinitionRequest): Attribute[] {
  const drivers = (input.containerDefinitions ?? []).flatMap(({ logConfiguration }) =>
    logConfiguration?.logDriver ? [logConfiguration.logDriver] : [],
  );
  const names = [
    ...drivers.map((driver) => `com.amazonaws.ecs.capability.logging-driver.${driver}`),
    ...(input.taskRoleArn ? ["com.amazonaws.ecs.capability.task-iam-role"] : []),
    ...(input.networkMode === "awsvpc" ? ["ecs.capability.task-eni"] : []),
    "com.amazonaws.ecs.capability.docker-remote-api.1.18",
  ];
  return [...new Set(names)].map((name) => ({ name }));
}
