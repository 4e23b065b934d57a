import type {
  Deployment as DeploymentDescription,
  Service as ServiceDescription,
  TaskSet,
} from "@aws-sdk/client-ecs";
import { tagList, type Deployment, type Service, type Task } from "../model";
import { maximumPercent, minimumHealthyPercent } from "./serviceSettings";
import type { EcsStore } from "../../store";

/** Returns the service as DescribeServices shows it. */
export function describeService(
  service: Service,
  include: readonly string[],
  store: EcsStore,
): ServiceDescription {
  const { settings, deployments } = service;
  const tasks = deployments.flatMap((deployment) => [...deployment.tasks]);
  const byCodeDeploy = settings.deploymentController?.type === "CODE_DEPLOY";
  const [rollout] = service.rollouts;
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.cluster.arn,
    loadBalancers: settings.loadBalancers ?? [],
    serviceRegistries: settings.serviceRegistries ?? [],
    status: service.status,
    desiredCount: store.scheduler.desiredCount(service),
    ...countsOf(tasks),
    ...launchOf(settings),
    ...(settings.taskDefinition !== undefined && { taskDefinition: settings.taskDefinition }),
    deploymentConfiguration: {
      deploymentCircuitBreaker: { enable: false, rollback: false },
      strategy: "ROLLING",
      ...settings.deploymentConfiguration,
      maximumPercent: maximumPercent(settings, settings.deploymentConfiguration),
      minimumHealthyPercent: minimumHealthyPercent(settings, settings.deploymentConfiguration),
    },
    ...(byCodeDeploy && {
      taskSets: deployments.map((one) => describeTaskSet(service, one)),
    }),
    deployments: byCodeDeploy
      ? []
      : deployments.map((one) => describeDeployment(service, one, store)),
    events: service.events,
    createdAt: service.createdAt,
    ...(rollout?.status === "IN_PROGRESS" && { currentServiceDeployment: rollout.arn }),
    placementConstraints: settings.placementConstraints ?? [],
    placementStrategy: settings.placementStrategy ?? [],
    ...(settings.networkConfiguration && { networkConfiguration: settings.networkConfiguration }),
    healthCheckGracePeriodSeconds: settings.healthCheckGracePeriodSeconds ?? 0,
    schedulingStrategy: settings.schedulingStrategy,
    deploymentController: settings.deploymentController,
    ...(include.includes("TAGS") && { tags: tagList(service.tags) }),
    createdBy: service.createdBy,
    enableECSManagedTags: settings.enableECSManagedTags ?? false,
    propagateTags: settings.propagateTags ?? "NONE",
    enableExecuteCommand: settings.enableExecuteCommand ?? false,
    availabilityZoneRebalancing: settings.availabilityZoneRebalancing ?? "DISABLED",
  };
}

function describeDeployment(
  service: Service,
  deployment: Deployment,
  store: EcsStore,
): DeploymentDescription {
  const { settings } = deployment;
  const primary = service.deployments[0] === deployment;
  return {
    id: deployment.id,
    status: primary ? "PRIMARY" : "ACTIVE",
    taskDefinition: settings.taskDefinition,
    desiredCount:
      primary && deployment.rolloutState !== "FAILED" ? store.scheduler.desiredCount(service) : 0,
    ...countsOf([...deployment.tasks]),
    failedTasks: deployment.failedTasks,
    createdAt: deployment.createdAt,
    updatedAt: deployment.updatedAt,
    ...launchOf(settings),
    ...(settings.networkConfiguration && { networkConfiguration: settings.networkConfiguration }),
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
  };
}

function describeTaskSet(service: Service, deployment: Deployment): TaskSet {
  const { settings } = deployment;
  const { pendingCount, runningCount } = countsOf([...deployment.tasks]);
  return {
    id: deployment.id,
    taskSetArn: service.arn.replace(":service/", ":task-set/") + `/${deployment.id}`,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    startedBy: "CODE_DEPLOY",
    status: service.deployments[0] === deployment ? "PRIMARY" : "ACTIVE",
    taskDefinition: settings.taskDefinition,
    computedDesiredCount: service.settings.desiredCount,
    pendingCount,
    runningCount,
    createdAt: deployment.createdAt,
    updatedAt: deployment.updatedAt,
    ...launchOf(settings),
    networkConfiguration: settings.networkConfiguration,
    loadBalancers: settings.loadBalancers ?? [],
    serviceRegistries: [],
    scale: { value: 100, unit: "PERCENT" },
    stabilityStatus: service.steady ? "STEADY_STATE" : "STABILIZING",
    tags: [],
  };
}

function launchOf(
  settings: Deployment["settings"] | Service["settings"],
): Pick<
  ServiceDescription,
  "launchType" | "capacityProviderStrategy" | "platformVersion" | "platformFamily"
> {
  const { launchType, capacityProviderStrategy, platformVersion } = settings;
  return {
    ...(launchType !== undefined && { launchType }),
    ...(capacityProviderStrategy?.length && { capacityProviderStrategy }),
    ...(platformVersion !== undefined && {
      platformVersion: platformVersion === "LATEST" ? "1.4.0" : platformVersion,
      platformFamily: "Linux",
    }),
  };
}

function countsOf(tasks: readonly Task[]): { runningCount: number; pendingCount: number } {
  return {
    runningCount: tasks.filter(({ lastStatus }) => lastStatus === "RUNNING").length,
    pendingCount: tasks.filter(({ lastStatus }) => /^P/.test(lastStatus)).length,
  };
}
