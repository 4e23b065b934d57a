import { isOfFargate } from "../capacity/fargateProviders";
import type { Deployment, Service, Tags, Task } from "../model";
import type { EcsStore } from "../../store";

/** Starts a number of tasks of a deployment; none if its revision was deleted meanwhile. */
export function startServiceTasks(
  service: Service,
  deployment: Deployment,
  count: number,
  store: EcsStore,
): Task[] {
  const { settings } = deployment;
  const revision = store.taskDefinition(settings.taskDefinition);
  if (!revision) return [];
  const launchType = launchTypeOf(deployment);
  return Array.from({ length: count }, () =>
    store.tasks.start({
      cluster: service.cluster,
      revision,
      launchType,
      instance: store.placeFor(service.cluster, launchType, { revision, service }),
      group: `service:${service.name}`,
      startedBy: deployment.id,
      platformVersion: settings.platformVersion,
      subnets: settings.networkConfiguration?.awsvpcConfiguration?.subnets,
      tags: taskTags(service, revision.tags),
      deployment,
      service,
    }),
  );
}

/** Returns how many tasks of the deployment its cluster has room for; undefined = no limit. */
export function roomFor(
  service: Service,
  deployment: Deployment,
  store: EcsStore,
): number | undefined {
  const revision = store.taskDefinition(deployment.settings.taskDefinition);
  const launchType = launchTypeOf(deployment);
  return store.room(service.cluster, launchType, { revision, service });
}

/** Returns the launch type of a deployment's tasks. */
export function launchTypeOf({ settings }: Deployment): "EC2" | "FARGATE" {
  const { launchType, capacityProviderStrategy: strategy = [] } = settings;
  return launchType === "FARGATE" || isOfFargate(strategy) ? "FARGATE" : "EC2";
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html */
function taskTags({ settings, tags, cluster, name }: Service, revisionTags: Tags): Tags {
  const managed: [string, string][] = settings.enableECSManagedTags
    ? [
        ["aws:ecs:clusterName", cluster.name],
        ["aws:ecs:serviceName", name],
      ]
    : [];
  const propagated =
    settings.propagateTags === "SERVICE"
      ? tags
      : settings.propagateTags === "TASK_DEFINITION"
        ? revisionTags
        : [];
  return new Map([...propagated, ...managed]);
}
