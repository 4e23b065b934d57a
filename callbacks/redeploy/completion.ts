import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  type Service,
} from "@aws-sdk/client-ecs";
import { SSMClient } from "@aws-sdk/client-ssm";
import { type Deps, systemDeps } from "./deps";
import { type FamilyRecord, type MoveState, movesOf, noteService } from "./familyRecord";
import { finish } from "./finish";
import { type Retry, retrying } from "./retrying";
import { isSameImage, parseTaskDefinitionArn } from "./taskDefinition";

export const deploymentOnlyModule = true;

/**
 * What ECS tells EventBridge about a deployment.
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

/** Made for `callbackFactory`: pins images when the deployments that brought them are completed. */
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
    const images = await imagesOf(ecs, service.taskDefinition ?? "", retry);
    for (const move of moves) {
      const state = outcome(event, service, { move, images });
      if (state === "moving") continue;
      const noted = await noteService(records, move, { arn, state });
      if (noted) await finish(noted, { records, pins, now: deps.now() });
    }
  };
}

/**
 * How a move came out for a service, judged by what the service is now: events come twice, late and out of order, and
 * most of them are about other deployments.
 */
export function outcome(
  { detail }: Pick<DeploymentEvent, "detail">,
  { deployments = [] }: Pick<Service, "deployments">,
  {
    move,
    images,
  }: { readonly move: FamilyRecord; readonly images: Readonly<Record<string, string>> },
): MoveState {
  const primary = deployments.find(({ status }) => status === "PRIMARY");
  const hasImages = Object.entries(move.images).every(([container, image]) =>
    isSameImage(images[container] ?? "", image),
  );
  if (detail.eventName === "SERVICE_DEPLOYMENT_COMPLETED") {
    return hasImages && primary?.rolloutState === "COMPLETED" ? "completed" : "moving";
  }
  if (detail.eventName !== "SERVICE_DEPLOYMENT_FAILED") return "moving";
  const failed = deployments.find(({ id }) => id === detail.deploymentId);
  // One that began before the move is not the move's.
  if (failed) return (failed.createdAt?.getTime() ?? 0) >= move.startedAt ? "rolledBack" : "moving";
  return hasImages ? "moving" : "rolledBack";
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
