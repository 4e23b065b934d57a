import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  type Service,
} from "@aws-sdk/client-ecs";
import { SSMClient } from "@aws-sdk/client-ssm";
import { type Deps, systemDeps } from "../../deps";
import { type MoveState, movesOf, noteService } from "./rollout/familyRecord";
import { finish } from "./rollout/finish";
import { recordDeleted } from "./rollout/recordDeleted";
import { keepRolling } from "./rollout/rolling";
import { type Retry, retrying } from "../../retry";
import { isSameImage, parseTaskDefinitionArn } from "./rollout/taskDefinition";
import { withdraw } from "./rollout/withdraw";

export const deploymentOnlyModule = true;

/**
 * ECS's event about a deployment.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
 */
export interface DeploymentEvent {
  /** ARN of the service. */
  readonly resources: readonly string[];
  readonly detail: { readonly eventName: string; readonly deploymentId: string };
}

export interface CompletionConfig {
  readonly tableName: string;
  readonly pinPath: string;
}

/** Made for `callbackFactory`: pins images when the deployments with them are completed. */
export function completionFactory(): (event: DeploymentEvent) => Promise<void> {
  const { TABLE_NAME = "", PIN_PATH = "" } = process.env;
  return completionHandler({ tableName: TABLE_NAME, pinPath: PIN_PATH }, systemDeps);
}

export function completionHandler(
  config: CompletionConfig,
  deps: Deps,
): (event: DeploymentEvent) => Promise<void> {
  const ecs = new ECSClient({ ...deps.aws, maxAttempts: 1 });
  const records = { dynamodb: new DynamoDBClient(deps.aws), tableName: config.tableName };
  const pins = { ssm: new SSMClient(deps.aws), path: config.pinPath };
  return async (event) => {
    const [arn = ""] = event.resources;
    const retry = { deps, until: deps.now() + 20_000 };
    const service = await describe(ecs, arn, retry);
    const family = parseTaskDefinitionArn(service?.taskDefinition ?? "")?.family;
    if (!service || family === undefined) return;
    const moves = (await movesOf(records, family)).filter(
      ({ state, services }) => state === "moving" && Object.hasOwn(services, arn),
    );
    if (moves.length === 0) return;
    const { eventName, deploymentId } = event.detail;
    const failed =
      eventName === "SERVICE_DEPLOYMENT_FAILED"
        ? service.deployments?.find(({ id }) => id === deploymentId)
        : undefined;
    const taskDefinition = failed?.taskDefinition ?? service.taskDefinition ?? "";
    const images = await imagesOf(ecs, taskDefinition, retry);
    for (const move of moves) {
      const hasImages = Object.entries(move.images).every(([container, image]) =>
        isSameImage(images[container] ?? "", image),
      );
      const ended = { eventName, deploymentId, hasFailed: failed !== undefined, hasImages };
      const state = outcome(ended, service);
      if (state === "moving") continue;
      const noted = await noteService(records, move, { arn, state });
      if (noted.deliveryId !== move.deliveryId) continue;
      const context = { records, pins, retry };
      // Before the revision is withdrawn, and even if other services are never done: the old image stays.
      if (state !== "completed") await keepRolling(noted, context);
      const last = await recordDeleted(noted, { ecs, records }, retry);
      await withdraw(last, { ecs, records }, retry);
      await finish(last, context);
    }
  };
}

/** A deployment that ended. */
export interface EndedDeployment extends Readonly<DeploymentEvent["detail"]> {
  /** The deployment failed, and is still listed. */
  readonly hasFailed: boolean;
  /** The failed deployment, or without one the service, runs the images of the move. */
  readonly hasImages: boolean;
}

/**
 * Returns the result of a move for a service, judged by the present state of the service: events arrive twice, late and
 * out of order, and most of them are about other deployments.
 */
export function outcome(
  { eventName, deploymentId, hasFailed, hasImages }: EndedDeployment,
  service: Pick<Service, "deployments" | "deploymentConfiguration">,
): MoveState {
  if (eventName === "SERVICE_DEPLOYMENT_COMPLETED") {
    const primary = service.deployments?.find(({ status }) => status === "PRIMARY");
    // Behind a Classic Load Balancer a deployment has no rolloutState:
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html
    const isOver = primary?.rolloutState === "COMPLETED" || primary?.id === deploymentId;
    return hasImages && isOver ? "completed" : "moving";
  }
  if (eventName !== "SERVICE_DEPLOYMENT_FAILED") return "moving";
  // A deployment that is no longer listed was replaced: by the move itself, or by its rollback.
  if (hasFailed !== hasImages) return "moving";
  return rollsBack(service) ? "rolledBack" : "failed";
}

/**
 * Checks whether ECS rolls back. Without a rollback a failed deployment stays the service's own, with the tasks that it
 * could start.
 */
function rollsBack({ deploymentConfiguration }: Pick<Service, "deploymentConfiguration">): boolean {
  const { deploymentCircuitBreaker, alarms } = deploymentConfiguration ?? {};
  return deploymentCircuitBreaker?.rollback === true || alarms?.rollback === true;
}

async function describe(ecs: ECSClient, arn: string, retry: Retry): Promise<Service | undefined> {
  // arn:aws:ecs:<region>:<account>:service/<cluster>/<name>
  const [, cluster, name] = arn.split("/");
  if (name === undefined) return undefined;
  const input = { cluster, services: [name] };
  const { services = [] } = await retrying(retry, () =>
    ecs.send(new DescribeServicesCommand(input)),
  );
  return services.at(0);
}

async function imagesOf(
  ecs: ECSClient,
  taskDefinition: string,
  retry: Retry,
): Promise<Record<string, string>> {
  const found = await retrying(retry, () =>
    ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition })),
  );
  const containers = found.taskDefinition?.containerDefinitions ?? [];
  return Object.fromEntries(containers.map(({ name = "", image = "" }) => [name, image]));
}
