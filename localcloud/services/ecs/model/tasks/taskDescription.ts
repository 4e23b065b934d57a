import type { Container, Task as TaskDescription } from "@aws-sdk/client-ecs";
import { tagList, type Task } from "../model";

/** Returns the task as DescribeTasks shows it, without its tags. */
export function describeTask(task: Task): TaskDescription {
  const { definition } = task.revision;
  return {
    attachments: task.attachments,
    attributes: [{ name: "ecs.cpu-architecture", value: "x86_64" }],
    clusterArn: task.cluster.arn,
    ...(task.startedAt && { connectivity: "CONNECTED", connectivityAt: task.startedAt }),
    ...(task.instance && { containerInstanceArn: task.instance.arn }),
    containers: task.containers.map((container) => ({
      ...container,
      lastStatus: containerStatus(task, container),
    })),
    ...(definition.cpu !== undefined && { cpu: task.overrides.cpu ?? definition.cpu }),
    ...(definition.memory !== undefined && { memory: task.overrides.memory ?? definition.memory }),
    createdAt: task.createdAt,
    desiredStatus: task.desiredStatus,
    enableExecuteCommand: false,
    group: task.group,
    healthStatus: "UNKNOWN",
    lastStatus: task.lastStatus,
    launchType: task.launchType,
    overrides: {
      ...task.overrides,
      containerOverrides: task.overrides.containerOverrides ?? [],
      inferenceAcceleratorOverrides: task.overrides.inferenceAcceleratorOverrides ?? [],
    },
    ...(task.platformVersion !== undefined && {
      platformVersion: task.platformVersion,
      platformFamily: "Linux",
    }),
    ...(task.startedAt && { pullStoppedAt: task.startedAt, startedAt: task.startedAt }),
    ...(task.startedBy !== undefined && { startedBy: task.startedBy }),
    ...(task.stopCode && { stopCode: task.stopCode, stoppedReason: task.stoppedReason }),
    ...(task.stoppingAt && { stoppingAt: task.stoppingAt }),
    ...(task.stoppedAt && { stoppedAt: task.stoppedAt, executionStoppedAt: task.stoppingAt }),
    tags: [],
    taskArn: task.arn,
    taskDefinitionArn: task.revision.arn,
    version: task.version,
  };
}

/** Returns the task with its tags, which only `include: ["TAGS"]` and the create calls show. */
export function describeTaskWithTags(task: Task): TaskDescription {
  return { ...describeTask(task), tags: tagList(task.tags) };
}

function containerStatus(task: Task, container: Container): string {
  if (container.exitCode !== undefined || task.lastStatus === "STOPPED") return "STOPPED";
  return task.lastStatus === "RUNNING" || task.lastStatus === "DEACTIVATING"
    ? "RUNNING"
    : "PENDING";
}
