import type {
  DescribeTasksRequest,
  DescribeTasksResponse,
  ListTasksRequest,
  ListTasksResponse,
  StopTaskRequest,
  StopTaskResponse,
} from "@aws-sdk/client-ecs";
import type { Operation } from "../../../core/service";
import { ecsCheck, inCluster, resourceTags, taskArn } from "../model/access";
import { invalidParameter, refuseUnsupported, serviceNotFound } from "../model/errors";
import { listPage } from "../model/listPage";
import { lastPart, nameInCluster } from "../model/references";
import type { EcsStore } from "../store";
import { describeTask, describeTaskWithTags } from "../model/tasks/taskDescription";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html */
const MAX_DESCRIBED = 100;

export const describeTasks: Operation<EcsStore, DescribeTasksRequest, DescribeTasksResponse> = {
  access: ({ cluster, tasks = [] }, context) =>
    tasks.map((task) =>
      ecsCheck("DescribeTasks", taskArn(context, cluster, task), inCluster(context, cluster)),
    ),
  run({ cluster: reference, tasks = [], include }, { store }) {
    if (tasks.length === 0) throw invalidParameter("Tasks cannot be empty.");
    if (tasks.length > MAX_DESCRIBED)
      throw invalidParameter(`Tasks cannot have more than ${MAX_DESCRIBED} elements.`);
    const cluster = store.cluster(reference);
    const found = tasks.map((task) => store.findTask(cluster, task));
    const describe = include?.includes("TAGS") ? describeTaskWithTags : describeTask;
    return {
      tasks: found.flatMap((task) => (task ? [describe(task)] : [])),
      failures: tasks
        .filter((_task, index) => !found[index])
        .map((task) => ({
          arn: store.arn(`task/${cluster.name}/${lastPart(task)}`),
          reason: "MISSING",
        })),
    };
  },
};

export const listTasks: Operation<EcsStore, ListTasksRequest, ListTasksResponse> = {
  access: ({ cluster }, context) => [ecsCheck("ListTasks", "*", inCluster(context, cluster))],
  run(input, { store }) {
    refuseUnsupported({ "ListTasks option daemonName": input.daemonName });
    const cluster = store.cluster(input.cluster);
    const service =
      input.serviceName && nameInCluster(input.serviceName, cluster.name, store.scope);
    if (service !== undefined && !cluster.services.has(service)) throw serviceNotFound();
    const wanted = input.desiredStatus ?? "RUNNING";
    const tasks = store
      .shownTasks(cluster)
      .filter(
        (task) =>
          task.desiredStatus === wanted &&
          (service === undefined || task.service?.name === service) &&
          (input.family === undefined || task.revision.family === input.family) &&
          (input.startedBy === undefined || task.startedBy === input.startedBy) &&
          (input.launchType === undefined || task.launchType === input.launchType) &&
          (input.containerInstance === undefined ||
            task.instance?.id === lastPart(input.containerInstance)),
      );
    const { items, nextToken } = listPage(tasks, input, { key: ({ arn }) => arn });
    return { taskArns: items.map(({ arn }) => arn), nextToken };
  },
};

export const stopTask: Operation<EcsStore, StopTaskRequest, StopTaskResponse> = {
  access: ({ cluster, task }, context) => [
    ecsCheck("StopTask", taskArn(context, cluster, task), {
      ...inCluster(context, cluster),
      ...resourceTags(
        context.store.clusters.get(lastPart(cluster ?? "default"))?.tasks.get(lastPart(task ?? ""))
          ?.tags,
      ),
    }),
  ],
  async run({ cluster, task: reference = "", reason }, { store }) {
    const task = store.findTask(store.cluster(cluster), reference);
    if (!task) throw invalidParameter("The referenced task was not found.");
    store.tasks.stop(task, "UserInitiated", reason ?? "Task stopped by user");
    if (task.service && task.service.status === "ACTIVE") store.scheduler.changed(task.service);
    await store.outbox.flush();
    return { task: describeTaskWithTags(task) };
  },
};
