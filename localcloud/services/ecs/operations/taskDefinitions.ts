import type {
  DeleteTaskDefinitionsRequest,
  DeleteTaskDefinitionsResponse,
  DeregisterTaskDefinitionRequest,
  DeregisterTaskDefinitionResponse,
  DescribeTaskDefinitionRequest,
  DescribeTaskDefinitionResponse,
  Failure,
  TaskDefinition,
} from "@aws-sdk/client-ecs";
import type { Operation } from "../../../core/service";
import { ecsCheck, taskDefinitionArn } from "../model/access";
import { clientError, invalidParameter } from "../model/errors";
import { tagList, type TaskDefinitionRevision } from "../model/model";
import { parseTaskDefinition } from "../model/references";
import type { EcsStore } from "../store";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteTaskDefinitions.html */
const MAX_DELETED = 10;

export const describeTaskDefinition: Operation<
  EcsStore,
  DescribeTaskDefinitionRequest,
  DescribeTaskDefinitionResponse
> = {
  run({ taskDefinition: reference = "", include }, { store }) {
    const found = store.taskDefinition(reference);
    if (!found) throw clientError("Unable to describe task definition.");
    return {
      taskDefinition: found.definition,
      ...(include?.includes("TAGS") && { tags: tagList(found.tags) }),
    };
  },
};

export const deregisterTaskDefinition: Operation<
  EcsStore,
  DeregisterTaskDefinitionRequest,
  DeregisterTaskDefinitionResponse
> = {
  run({ taskDefinition: reference = "" }, { store, clock }) {
    if (parseTaskDefinition(reference)?.revision === undefined)
      throw clientError("The specified task definition must include a revision number.");
    const found = store.taskDefinition(reference);
    if (!found) throw clientError("The specified task definition does not exist.");
    if (found.definition.status === "ACTIVE")
      found.definition = {
        ...found.definition,
        status: "INACTIVE",
        deregisteredAt: clock.date(),
      };
    return { taskDefinition: found.definition };
  },
};

export const deleteTaskDefinitions: Operation<
  EcsStore,
  DeleteTaskDefinitionsRequest,
  DeleteTaskDefinitionsResponse
> = {
  access: ({ taskDefinitions = [] }, context) =>
    taskDefinitions.map((reference) =>
      ecsCheck("DeleteTaskDefinitions", taskDefinitionArn(context, reference)),
    ),
  run({ taskDefinitions = [] }, { store, clock }) {
    if (taskDefinitions.length === 0) throw invalidParameter("Task definitions cannot be empty.");
    if (taskDefinitions.length > MAX_DELETED)
      throw invalidParameter(`Task definitions cannot have more than ${MAX_DELETED} elements.`);
    const deleted: TaskDefinition[] = [];
    const failures: Failure[] = [];
    for (const reference of taskDefinitions) {
      const found = store.taskDefinition(reference);
      const reason = refusal(found);
      if (!found || reason !== undefined) failures.push({ arn: found?.arn ?? reference, reason });
      else deleted.push(remove(found, store, clock.date()));
    }
    return { taskDefinitions: deleted, failures };
  },
};

function refusal(found: TaskDefinitionRevision | undefined): string | undefined {
  if (!found) return "The specified task definition does not exist.";
  if (found.definition.status === "ACTIVE")
    return "The specified task definition is still in ACTIVE status. Please deregister the target and try again.";
  return undefined;
}

/** Deletes a revision; one that tasks or services still use stays until they have ended. */
function remove(found: TaskDefinitionRevision, store: EcsStore, now: Date): TaskDefinition {
  found.definition = {
    ...found.definition,
    status: "DELETE_IN_PROGRESS",
    deleteRequestedAt: found.definition.deleteRequestedAt ?? now,
  };
  if (isUsed(found, store)) return found.definition;
  const rest = store.families.get(found.family)?.filter((revision) => revision !== found) ?? [];
  store.families.set(found.family, rest);
  return found.definition;
}

function isUsed({ arn }: TaskDefinitionRevision, store: EcsStore): boolean {
  return [...store.clusters.values()].some(
    (cluster) =>
      [...cluster.services.values()].some(
        ({ status, deployments }) =>
          status !== "INACTIVE" &&
          deployments.some(({ settings }) => settings.taskDefinition === arn),
      ) ||
      [...cluster.tasks.values()].some(
        ({ revision, lastStatus }) => revision.arn === arn && lastStatus !== "STOPPED",
      ),
  );
}
