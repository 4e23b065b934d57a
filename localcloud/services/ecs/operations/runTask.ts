import type { RunTaskRequest, RunTaskResponse } from "@aws-sdk/client-ecs";
import { AwsError } from "../../../core/errors";
import type { Operation } from "../../../core/service";
import {
  ecsCheck,
  inCluster,
  passRoles,
  requestTags,
  tagOnCreate,
  taskDefinitionArn,
} from "../model/access";
import { invalidParameter, refuseUnsupported } from "../model/errors";
import type { Cluster, Tags, Task, TaskDefinitionRevision } from "../model/model";
import { clusterName, ecsArn } from "../model/references";
import { checkStrategy } from "../model/capacity/capacityStrategy";
import { checkLaunch, checkPlacement } from "../model/taskDefinitions/checkPlacement";
import { activeRevision } from "../model/services/serviceSettings";
import type { EcsStore, TaskRun } from "../store";
import { isOfFargate } from "../model/capacity/fargateProviders";
import { checkTags } from "./tags";
import { lacking } from "../model/capacity/placement";
import { taskSize } from "../model/tasks/taskSize";
import { describeTaskWithTags } from "../model/tasks/taskDescription";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html */
const MAX_COUNT = 10;
const MAX_OVERRIDES = 8192;
/** Maximum number of tokens that are remembered; AWS keeps them as long as the tasks, at most 24 hours. */
const MAX_TOKENS = 1000;

export const runTask: Operation<EcsStore, RunTaskRequest, RunTaskResponse> = {
  access(input, context) {
    const { definition } = context.store.taskDefinition(input.taskDefinition ?? "") ?? {};
    return [
      ecsCheck("RunTask", taskDefinitionArn(context, input.taskDefinition), {
        ...inCluster(context, input.cluster),
        ...requestTags(input.tags),
      }),
      ...passRoles(context, [
        input.overrides?.taskRoleArn ?? definition?.taskRoleArn,
        input.overrides?.executionRoleArn ?? definition?.executionRoleArn,
      ]),
      ...tagOnCreate(
        "RunTask",
        ecsArn(context, `task/${clusterName(input.cluster)}/*`),
        input.tags,
      ),
    ];
  },
  async run(input, { store }) {
    const cluster = store.cluster(input.cluster);
    const { count = 1 } = input;
    if (count < 1 || count > MAX_COUNT)
      throw invalidParameter(`Count must be between 1 and ${MAX_COUNT}.`);
    if ((input.startedBy?.length ?? 0) > 128)
      throw invalidParameter("startedBy must be at most 128 characters long.");
    refuseUnsupported({
      "RunTask option volumeConfigurations": input.volumeConfigurations,
      "RunTask option placementConstraints": input.placementConstraints,
      "RunTask option placementStrategy": input.placementStrategy,
    });
    checkLaunch(input);
    checkStrategy(input.capacityProviderStrategy);
    const earlier = earlierRun(input, store);
    if (earlier) return { tasks: earlier.tasks.map(describeTaskWithTags), failures: [] };
    const revision = activeRevision(input.taskDefinition ?? "", store);
    const launchType = launchTypeOf(input, cluster);
    checkPlacement(revision, { ...input, launchType });
    checkOverrides(input, revision);
    const tags = taskTags(input, cluster, revision);
    const starting = Math.min(count, store.room(cluster, launchType, { revision }) ?? count);
    const tasks = Array.from({ length: starting }, () =>
      store.tasks.start({
        cluster,
        revision,
        launchType,
        instance: store.placeFor(cluster, launchType, { revision }),
        group: input.group ?? `family:${revision.family}`,
        startedBy: input.startedBy,
        overrides: input.overrides,
        platformVersion: input.platformVersion,
        subnets: input.networkConfiguration?.awsvpcConfiguration?.subnets,
        tags: new Map(tags),
      }),
    );
    remember(input, tasks, store);
    await store.outbox.flush();
    const { what } = lacking(cluster, taskSize(revision.definition));
    const reason = launchType === "FARGATE" ? NO_FARGATE : `RESOURCE:${what}`;
    return {
      tasks: tasks.map(describeTaskWithTags),
      failures: Array.from({ length: count - starting }, () => ({ reason })),
    };
  },
};

/** https://repost.aws/knowledge-center/ecs-fargate-runtask-capacity */
const NO_FARGATE =
  "Capacity is unavailable at this time. Please try again later or in a different availability zone";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html */
function earlierRun(input: RunTaskRequest, store: EcsStore): TaskRun | undefined {
  const earlier = store.runs.get(input.clientToken ?? "");
  if (earlier && earlier.request !== JSON.stringify(input))
    throw new AwsError(
      "ConflictException",
      "The provided client token was used before with other request parameters.",
      { fields: { resourceIds: earlier.tasks.map(({ arn }) => arn) } },
    );
  return earlier;
}

function remember(input: RunTaskRequest, tasks: readonly Task[], store: EcsStore): void {
  if (input.clientToken === undefined) return;
  store.runs.set(input.clientToken, { request: JSON.stringify(input), tasks });
  const [oldest] = store.runs.keys();
  if (store.runs.size > MAX_TOKENS) store.runs.delete(oldest);
}

function launchTypeOf(input: RunTaskRequest, cluster: Cluster): Task["launchType"] {
  if (input.launchType === "FARGATE" || input.launchType === "EC2") return input.launchType;
  if (input.launchType === "EXTERNAL")
    throw invalidParameter("Task definition does not support launch_type EXTERNAL.");
  const strategy = input.capacityProviderStrategy ?? cluster.defaultCapacityProviderStrategy;
  return isOfFargate(strategy) ? "FARGATE" : "EC2";
}

function checkOverrides(input: RunTaskRequest, { definition }: TaskDefinitionRevision): void {
  if (JSON.stringify(input.overrides ?? {}).length > MAX_OVERRIDES)
    throw invalidParameter(`Container Overrides length must be at most ${MAX_OVERRIDES}`);
  const names = (definition.containerDefinitions ?? []).map(({ name }) => name);
  for (const { name } of input.overrides?.containerOverrides ?? [])
    if (!names.includes(name))
      throw invalidParameter(
        `Override for container named ${name} is not a container in the TaskDefinition.`,
      );
}

function taskTags(input: RunTaskRequest, cluster: Cluster, revision: TaskDefinitionRevision): Tags {
  if (input.propagateTags === "SERVICE")
    throw invalidParameter("The propagateTags value SERVICE is only for tasks of a service.");
  const propagated = input.propagateTags === "TASK_DEFINITION" ? revision.tags : [];
  const managed: [string, string][] = input.enableECSManagedTags
    ? [["aws:ecs:clusterName", cluster.name]]
    : [];
  return new Map([...propagated, ...checkTags(input.tags), ...managed]);
}
