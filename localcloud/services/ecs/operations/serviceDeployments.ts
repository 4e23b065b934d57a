import type {
  DescribeServiceDeploymentsRequest,
  DescribeServiceDeploymentsResponse,
  DescribeServiceRevisionsRequest,
  DescribeServiceRevisionsResponse,
  ListServiceDeploymentsRequest,
  ListServiceDeploymentsResponse,
  ServiceDeployment,
  ServiceRevision,
  ServiceRevisionSummary,
} from "@aws-sdk/client-ecs";
import type { Operation } from "../../../core/service";
import { ecsCheck, inCluster, serviceArn } from "../model/access";
import { failureThreshold } from "../model/services/circuitBreaker";
import { findService } from "./describeServices";
import { invalidParameter, serviceNotFound } from "../model/errors";
import { listPage } from "../model/listPage";
import type { Deployment, Rollout, Service } from "../model/model";
import type { EcsStore } from "../store";

const MAX_DESCRIBED = 20;

export const listServiceDeployments: Operation<
  EcsStore,
  ListServiceDeploymentsRequest,
  ListServiceDeploymentsResponse
> = {
  access: ({ cluster, service }, context) => [
    ecsCheck(
      "ListServiceDeployments",
      serviceArn(context, cluster, service),
      inCluster(context, cluster),
    ),
  ],
  run(input, { store }) {
    const service = findService(store, input.cluster, input.service ?? "");
    if (!service) throw serviceNotFound();
    const { after, before } = input.createdAt ?? {};
    const rollouts = service.rollouts.filter(
      ({ status, createdAt }) =>
        (!input.status?.length || input.status.includes(status)) &&
        (!after || createdAt > after) &&
        (!before || createdAt < before),
    );
    const { items, nextToken } = listPage(rollouts, input, {
      key: ({ createdAt, arn }) => `${createdAt.toISOString()} ${arn}`,
      defaultSize: 20,
      descending: true,
    });
    return {
      serviceDeployments: items.map((rollout) => ({
        serviceDeploymentArn: rollout.arn,
        serviceArn: service.arn,
        clusterArn: service.cluster.arn,
        startedAt: rollout.createdAt,
        createdAt: rollout.createdAt,
        finishedAt: rollout.finishedAt,
        targetServiceRevisionArn: rollout.deployment.revisionArn,
        status: rollout.status,
        statusReason: rollout.statusReason,
      })),
      nextToken,
    };
  },
};

export const describeServiceDeployments: Operation<
  EcsStore,
  DescribeServiceDeploymentsRequest,
  DescribeServiceDeploymentsResponse
> = {
  access: ({ serviceDeploymentArns = [] }) =>
    serviceDeploymentArns.map((arn) => ecsCheck("DescribeServiceDeployments", arn)),
  run({ serviceDeploymentArns: arns = [] }, { store }) {
    checkCount(arns, "Service deployment ARNs");
    const all = services(store).flatMap((service) =>
      service.rollouts.map((rollout) => ({ service, rollout })),
    );
    const found = arns.map((arn) => all.find(({ rollout }) => rollout.arn === arn));
    return {
      serviceDeployments: found.flatMap((one) =>
        one ? [describeRollout(one.service, one.rollout, store)] : [],
      ),
      failures: missing(arns, found),
    };
  },
};

export const describeServiceRevisions: Operation<
  EcsStore,
  DescribeServiceRevisionsRequest,
  DescribeServiceRevisionsResponse
> = {
  access: ({ serviceRevisionArns = [] }) =>
    serviceRevisionArns.map((arn) => ecsCheck("DescribeServiceRevisions", arn)),
  run({ serviceRevisionArns: arns = [] }, { store }) {
    checkCount(arns, "Service revision ARNs");
    const all = services(store).flatMap((service) =>
      service.rollouts.map(({ deployment }) => ({ service, deployment })),
    );
    const found = arns.map((arn) => all.find(({ deployment }) => deployment.revisionArn === arn));
    return {
      serviceRevisions: found.flatMap((one) =>
        one ? [describeRevision(one.service, one.deployment, store)] : [],
      ),
      failures: missing(arns, found),
    };
  },
};

function services(store: EcsStore): Service[] {
  return [...store.clusters.values()].flatMap((cluster) => [...cluster.services.values()]);
}

function checkCount(arns: readonly string[], what: string): void {
  if (arns.length === 0) throw invalidParameter(`${what} cannot be empty.`);
  if (arns.length > MAX_DESCRIBED)
    throw invalidParameter(`${what} cannot have more than ${MAX_DESCRIBED} elements.`);
}

function missing(arns: readonly string[], found: readonly unknown[]) {
  return arns
    .filter((_arn, index) => found[index] === undefined)
    .map((arn) => ({ arn, reason: "MISSING" }));
}

function describeRollout(service: Service, rollout: Rollout, store: EcsStore): ServiceDeployment {
  const desired = store.scheduler.desiredCount(service);
  const breaker = service.settings.deploymentConfiguration?.deploymentCircuitBreaker;
  const threshold = failureThreshold(breaker, desired);
  return {
    serviceDeploymentArn: rollout.arn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    createdAt: rollout.createdAt,
    startedAt: rollout.createdAt,
    finishedAt: rollout.finishedAt,
    updatedAt: rollout.deployment.updatedAt,
    sourceServiceRevisions: rollout.source ? [summary(rollout.source, 0)] : [],
    targetServiceRevision: summary(rollout.deployment, desired),
    status: rollout.status,
    statusReason: rollout.statusReason,
    deploymentConfiguration: service.settings.deploymentConfiguration,
    ...(rollout.rollback && {
      rollback: {
        reason: rollout.rollback.reason,
        startedAt: rollout.rollback.startedAt,
        serviceRevisionArn: rollout.rollback.target.revisionArn,
      },
    }),
    deploymentCircuitBreaker:
      threshold === undefined
        ? { status: "DISABLED", failureCount: 0, threshold: 0 }
        : {
            status: breakerStatus(rollout),
            failureCount: Math.max(rollout.failedTasks, rollout.deployment.failedTasks),
            threshold,
          },
  };
}

function breakerStatus({ deployment, status }: Rollout) {
  if (deployment.rolloutState === "FAILED") return "TRIGGERED";
  return status === "IN_PROGRESS" ? "MONITORING" : "MONITORING_COMPLETE";
}

function summary(deployment: Deployment, requestedTaskCount: number): ServiceRevisionSummary {
  const tasks = [...deployment.tasks];
  return {
    arn: deployment.revisionArn,
    requestedTaskCount,
    runningTaskCount: tasks.filter(({ lastStatus }) => lastStatus === "RUNNING").length,
    pendingTaskCount: tasks.filter(({ lastStatus }) => /^P/.test(lastStatus)).length,
  };
}

function describeRevision(
  service: Service,
  { settings, revisionArn, createdAt, digests }: Deployment,
  store: EcsStore,
): ServiceRevision {
  const { definition } = store.taskDefinition(settings.taskDefinition) ?? {};
  return {
    serviceRevisionArn: revisionArn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    taskDefinition: settings.taskDefinition,
    capacityProviderStrategy: settings.capacityProviderStrategy,
    launchType: settings.launchType,
    platformVersion: settings.platformVersion,
    loadBalancers: settings.loadBalancers ?? [],
    serviceRegistries: settings.serviceRegistries ?? [],
    networkConfiguration: settings.networkConfiguration,
    containerImages: (definition?.containerDefinitions ?? []).map(({ name, image = "" }) => ({
      containerName: name,
      image,
      imageDigest: digests.get(image),
    })),
    guardDutyEnabled: false,
    // Changing the monitoring starts no deployment, so the newest revision shows the current value.
    monitoring:
      service.rollouts[0]?.deployment.revisionArn === revisionArn
        ? service.settings.monitoring
        : settings.monitoring,
    createdAt,
  };
}
