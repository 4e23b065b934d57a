import {
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type Service,
  type ServiceDeploymentStatus,
} from "@aws-sdk/client-ecs";
import type { Rollout } from "../scaling/model";
import { type Counts, refusal } from "../scaling/scaled";

export const deploymentOnlyModule = true;

/**
 * Reads the present state of the service.
 *
 * @throws Error named ScalingRefused for a service that this scaler must not scale.
 */
export async function readService(
  ecs: ECSClient,
  { cluster, service }: { readonly cluster: string; readonly service: string },
): Promise<Counts> {
  const { services = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster, services: [service] }),
  );
  const found = services.at(0);
  const problem = serviceProblem(found);
  if (!found || problem !== undefined)
    throw refusal(`The service ${service} in ${cluster} ${problem}.`);
  const rollout = await readRollout(ecs, found);
  return {
    desired: found.desiredCount ?? 0,
    running: found.runningCount ?? 0,
    pending: found.pendingCount ?? 0,
    ...(rollout ? { rollout } : {}),
  };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html */
export function serviceProblem(service: Service | undefined): string | undefined {
  if (!service) return "does not exist";
  if (service.status !== "ACTIVE") return `is ${service.status}`;
  if (service.schedulingStrategy === "DAEMON")
    return "is a DAEMON service: ECS runs one task on each instance, and takes no desired count";
  if (service.deploymentController?.type === "EXTERNAL")
    return "has an EXTERNAL deployment controller: its task sets have the counts, not the service";
  return undefined;
}

/** States of deployments that are not finished, rollbacks included. */
const UNDER_WAY: ServiceDeploymentStatus[] = [
  "PENDING",
  "IN_PROGRESS",
  "STOP_REQUESTED",
  "ROLLBACK_REQUESTED",
  "ROLLBACK_IN_PROGRESS",
];

/**
 * Returns the deployment under way. The service itself shows a rolling deployment; for the other strategies only ECS's
 * own record shows that traffic is still to shift, or that tasks bake or a hook pauses.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html
 */
async function readRollout(ecs: ECSClient, service: Service): Promise<Rollout | undefined> {
  if ((service.taskSets ?? []).length > 1) return { strategy: "CODE_DEPLOY" };
  const strategy = service.deploymentConfiguration?.strategy ?? "ROLLING";
  const { deployments = [], clusterArn, serviceArn } = service;
  const isMoving =
    deployments.length > 1 ||
    deployments.some(({ rolloutState }) => rolloutState === "IN_PROGRESS");
  if (service.deploymentController?.type === "CODE_DEPLOY") return undefined;
  if (strategy === "ROLLING" && !isMoving) return undefined;
  const { serviceDeployments = [] } = await ecs.send(
    new ListServiceDeploymentsCommand({
      cluster: clusterArn,
      service: serviceArn,
      status: UNDER_WAY,
    }),
  );
  const arn = serviceDeployments.at(0)?.serviceDeploymentArn;
  if (arn === undefined) return isMoving ? { strategy } : undefined;
  const described = await ecs.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
  );
  const found = described.serviceDeployments?.at(0);
  const stage = found?.lifecycleStage ?? found?.status;
  return { strategy, ...(stage === undefined ? {} : { stage }) };
}
