import type { Deployment, Service, Task } from "../model";
import type { TaskCounts } from "./rolloutStep";

export function counts(tasks: Iterable<Task>): TaskCounts {
  return { pending: pendingOf(tasks).length, running: runningOf(tasks).length };
}

export function pendingOf(tasks: Iterable<Task>): Task[] {
  return [...tasks].filter(
    ({ desiredStatus, lastStatus }) => desiredStatus === "RUNNING" && lastStatus !== "RUNNING",
  );
}

export function runningOf(tasks: Iterable<Task>): Task[] {
  return [...tasks].filter(
    ({ desiredStatus, lastStatus }) => desiredStatus === "RUNNING" && lastStatus === "RUNNING",
  );
}

/** Returns the tasks of the primary deployment that are not to be replaced. */
export function tasksToKeep({ tasks }: Deployment): Task[] {
  return [...tasks].filter((task) => !mustLeave(task));
}

/** Returns the tasks to replace: those of older deployments, and those on draining instances. */
export function tasksToReplace({ deployments: [primary, ...others] }: Service): Task[] {
  return [...others.flatMap(({ tasks }) => [...tasks]), ...[...primary.tasks].filter(mustLeave)];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-draining.html */
function mustLeave({ instance }: Task): boolean {
  return instance?.status === "DRAINING";
}
