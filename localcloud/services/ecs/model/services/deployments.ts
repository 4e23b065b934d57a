import { begin, finish } from "../../../../core/trace";
import { longNumber, rolloutId } from "../ids";
import type { Deployment, Rollout, Service, ServiceSettings } from "../model";
import { addServiceEvent } from "./serviceEvents";
import type { EcsStore } from "../../store";

/** Makes a deployment with the service's settings PRIMARY; earlier ones become ACTIVE. */
export function deploy(service: Service, store: EcsStore): void {
  const { settings } = service;
  if (settings.taskDefinition === undefined) return;
  const now = store.scope.clock.date();
  const id = `ecs-svc/${longNumber()}`;
  const deployment: Deployment = {
    id,
    revisionArn: store.arn(
      `service-revision/${service.cluster.name}/${service.name}/${longNumber()}`,
    ),
    settings: { ...settings, taskDefinition: settings.taskDefinition },
    createdAt: now,
    updatedAt: now,
    rolloutState: "IN_PROGRESS",
    rolloutStateReason: `ECS deployment ${id} in progress.`,
    announced: false,
    failedTasks: 0,
    failedRounds: 0,
    lastFailureAt: 0,
    startAfter: 0,
    digests: new Map(),
    span: begin({
      kind: "deployment",
      name: service.name,
      data: { id, taskDefinition: settings.taskDefinition.split("/").at(-1) },
      logs: true,
    }),
    tasks: new Set(),
  };
  const current = service.rollouts[0];
  if (current?.status === "IN_PROGRESS") finishRollout(current, "STOPPED", now);
  service.rollouts.unshift({
    arn: store.arn(`service-deployment/${service.cluster.name}/${service.name}/${rolloutId()}`),
    deployment,
    source: service.lastCompleted,
    createdAt: now,
    status: "IN_PROGRESS",
    failedTasks: 0,
  });
  service.deployments.unshift(deployment);
  service.steady = false;
}

export function announce(service: Service, deployment: Deployment, store: EcsStore): void {
  if (deployment.announced) return;
  deployment.announced = true;
  reportDeployment(service, deployment, store, "SERVICE_DEPLOYMENT_IN_PROGRESS");
}

/** Completes a deployment when it is the only one left: failing deployments roll back to it from now on. */
export function complete(service: Service, deployment: Deployment, store: EcsStore): void {
  const now = store.scope.clock.date();
  service.deployments = [deployment];
  if (deployment.rolloutState !== "IN_PROGRESS") return;
  deployment.rolloutState = "COMPLETED";
  deployment.rolloutStateReason = `ECS deployment ${deployment.id} completed.`;
  deployment.updatedAt = now;
  service.lastCompleted = deployment;
  const rollout = service.rollouts[0];
  finishRollout(rollout, rollout.rollback ? "ROLLBACK_SUCCESSFUL" : "SUCCESSFUL", now);
  addServiceEvent(service, store, `(deployment ${deployment.id}) deployment completed.`);
  finish(deployment.span);
  reportDeployment(service, deployment, store, "SERVICE_DEPLOYMENT_COMPLETED");
}

/** Fails a deployment for the circuit breaker and, if so configured, rolls back to the last completed one. */
export function fail(service: Service, deployment: Deployment, store: EcsStore): void {
  const now = store.scope.clock.date();
  deployment.rolloutState = "FAILED";
  deployment.rolloutStateReason = "ECS deployment circuit breaker: tasks failed to start.";
  deployment.updatedAt = now;
  addServiceEvent(
    service,
    store,
    `(deployment ${deployment.id}) deployment failed: tasks failed to start.`,
  );
  finish(deployment.span, "error", { error: deployment.rolloutStateReason });
  reportDeployment(
    service,
    deployment,
    store,
    "SERVICE_DEPLOYMENT_FAILED",
    "ECS deployment circuit breaker: task failed to start.",
  );
  const rollout = service.rollouts[0];
  rollout.failedTasks = deployment.failedTasks;
  const target = service.lastCompleted;
  const breaker = service.settings.deploymentConfiguration?.deploymentCircuitBreaker;
  if (!breaker?.rollback || !target || target === deployment)
    return finishRollout(rollout, "STOPPED", now, deployment.rolloutStateReason);
  rollBack(service, deployment, target, store);
  rollout.status = "ROLLBACK_IN_PROGRESS";
  rollout.statusReason = deployment.rolloutStateReason;
  rollout.rollback = { reason: deployment.rolloutStateReason, startedAt: now, target };
}

function rollBack(service: Service, failed: Deployment, target: Deployment, store: EcsStore): void {
  target.rolloutState = "IN_PROGRESS";
  target.rolloutStateReason = `ECS deployment circuit breaker: rolling back to deploymentId ${target.id}.`;
  target.updatedAt = failed.updatedAt;
  target.announced = true;
  service.deployments = [target, ...service.deployments.filter((one) => one !== target)];
  service.settings = restored(service.settings, target.settings);
  addServiceEvent(service, store, `rolling back to deployment ${target.id}.`);
  reportDeployment(service, target, store, "SERVICE_DEPLOYMENT_IN_PROGRESS");
}

/** Returns the settings after a rollback: those of a deployment are restored, those of the service itself stay. */
function restored(current: ServiceSettings, target: ServiceSettings): ServiceSettings {
  const { desiredCount, deploymentConfiguration, propagateTags, enableECSManagedTags } = current;
  return {
    ...target,
    desiredCount,
    deploymentConfiguration,
    propagateTags,
    enableECSManagedTags,
  };
}

function finishRollout(
  rollout: Rollout,
  status: Rollout["status"],
  now: Date,
  statusReason?: string,
): void {
  rollout.status = status;
  rollout.finishedAt = now;
  rollout.statusReason ??= statusReason;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html */
function reportDeployment(
  service: Service,
  deployment: Deployment,
  store: EcsStore,
  eventName: string,
  reason = deployment.rolloutStateReason,
): void {
  store.outbox.add({
    detailType: "ECS Deployment State Change",
    resource: service.arn,
    detail: {
      eventType: eventName === "SERVICE_DEPLOYMENT_FAILED" ? "ERROR" : "INFO",
      eventName,
      deploymentId: deployment.id,
      updatedAt: store.scope.clock.date(),
      reason,
    },
  });
}
