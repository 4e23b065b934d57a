import type {
  Failure,
  GetTaskProtectionRequest,
  GetTaskProtectionResponse,
  ProtectedTask,
  UpdateTaskProtectionRequest,
  UpdateTaskProtectionResponse,
} from "@aws-sdk/client-ecs";
import type { Operation } from "../../../core/service";
import { ecsCheck, inCluster, taskArn, type EcsContext } from "../model/access";
import { invalidParameter } from "../model/errors";
import { isProtected, type Cluster, type Task } from "../model/model";
import { lastPart } from "../model/references";
import type { EcsStore } from "../store";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateTaskProtection.html */
const MAX_UPDATED = 10;
const MAX_MINUTES = 2880;
const DEFAULT_MINUTES = 120;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_GetTaskProtection.html */
const MAX_READ = 100;

/** Protects tasks of services from scaling in and from deployments, for a time, or ends that. */
export const updateTaskProtection: Operation<
  EcsStore,
  UpdateTaskProtectionRequest,
  UpdateTaskProtectionResponse
> = {
  access: (input, context) => checks("UpdateTaskProtection", input, context),
  run({ cluster: reference, tasks = [], protectionEnabled, expiresInMinutes }, { store, clock }) {
    const cluster = store.cluster(reference);
    checkCount(tasks, MAX_UPDATED);
    const minutes = expiresInMinutes ?? DEFAULT_MINUTES;
    if (!Number.isInteger(minutes) || minutes < 1 || minutes > MAX_MINUTES)
      throw invalidParameter(`expiresInMinutes must be between 1 and ${MAX_MINUTES}.`);
    const { found, failures } = findTasks(tasks, cluster, store);
    const until = new Date(clock.now() + minutes * 60_000);
    for (const task of found) protect(task, protectionEnabled ? until : undefined, store);
    return { protectedTasks: found.map((task) => protection(task, clock.now())), failures };
  },
};

export const getTaskProtection: Operation<
  EcsStore,
  GetTaskProtectionRequest,
  GetTaskProtectionResponse
> = {
  access: (input, context) => checks("GetTaskProtection", input, context),
  run({ cluster: reference, tasks = [] }, { store, clock }) {
    const cluster = store.cluster(reference);
    checkCount(tasks, MAX_READ);
    const { found, failures } = findTasks(tasks, cluster, store);
    return { protectedTasks: found.map((task) => protection(task, clock.now())), failures };
  },
};

function checks(
  action: string,
  { cluster, tasks = [] }: { cluster?: string; tasks?: string[] },
  context: EcsContext,
): ReturnType<typeof ecsCheck>[] {
  return tasks.map((task) =>
    ecsCheck(action, taskArn(context, cluster, task), inCluster(context, cluster)),
  );
}

function checkCount(tasks: readonly string[], most: number): void {
  if (tasks.length === 0) throw invalidParameter("Tasks cannot be empty.");
  if (tasks.length > most) throw invalidParameter(`Tasks cannot have more than ${most} elements.`);
}

/**
 * Returns the tasks of services, and why the others fail.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html
 */
function findTasks(
  references: readonly string[],
  cluster: Cluster,
  store: EcsStore,
): { readonly found: Task[]; readonly failures: Failure[] } {
  const found: Task[] = [];
  const failures: Failure[] = [];
  for (const reference of references) {
    const task = store.findTask(cluster, reference);
    if (task?.service && task.desiredStatus === "RUNNING") found.push(task);
    else
      failures.push({
        arn: store.arn(`task/${cluster.name}/${lastPart(reference)}`),
        reason: task ? "TASK_NOT_VALID" : "MISSING",
      });
  }
  return { found, failures };
}

/** Sets until when the task is protected; its service looks again when that ends. */
function protect(task: Task, until: Date | undefined, store: EcsStore): void {
  const { service } = task;
  task.protectedUntil = until;
  if (service) store.scheduler.changed(service);
  watchProtection(task, store);
}

/** Lets the task's service look again when the protection ends. */
export function watchProtection(
  { service, protectedUntil: until }: Task,
  { scheduler, scope: { clock } }: EcsStore,
): void {
  if (!service || !until) return;
  clock.setTimeout(() => scheduler.changed(service), until.getTime() - clock.now());
}

function protection(task: Task, now: number): ProtectedTask {
  const protectionEnabled = isProtected(task, now);
  return {
    taskArn: task.arn,
    protectionEnabled,
    ...(protectionEnabled && { expirationDate: task.protectedUntil }),
  };
}
