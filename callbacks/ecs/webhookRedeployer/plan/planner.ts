import { createHash } from "node:crypto";
import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { ECSClient } from "@aws-sdk/client-ecs";
import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { type Delivery, orderOf } from "../push/delivery";
import { listPinnedTargets, type PinnedTarget, type PinnedTargets } from "../images/pinnedTargets";
import type { ServiceState } from "./plan";
import { nameOf, type Retry } from "../../../retry";
import { clusterNames, listFamilies, listServices } from "../rollout/services";
import { parseTaskDefinitionArn } from "../rollout/taskDefinition";

export const deploymentOnlyModule = true;

/** Which families and clusters the planner reads and changes. */
export interface PlannerConfig {
  /** Names, or prefixes that end in `*`. */
  readonly families: readonly string[];
  readonly clusters: readonly string[] | "all";
  /** Prefix of the ARNs of clusters, up to the name; when undefined, rules of EventBridge are not checked. */
  readonly clusterArnPrefix?: string;
  readonly tableName: string;
  readonly workQueueUrl: string;
}

/** The work on one family. */
export interface FamilyMessage {
  readonly family: string;
  readonly delivery: Delivery;
  /** The services of the family as they were at `plannedAt`. */
  readonly services: readonly ServiceState[];
  /** Targets of EventBridge with a fixed revision of the family; absent when there are none. */
  readonly pinnedTargets?: readonly PinnedTarget[];
  readonly plannedAt: number;
}

export interface PlannerClients {
  readonly dynamodb: DynamoDBClient;
  readonly ecs: ECSClient;
  readonly eventbridge: EventBridgeClient;
  readonly sqs: SQSClient;
}

/** Seconds that results are kept. */
export const RESULT_LIFE = 30 * 24 * 3600;

/**
 * Deploys the newest push of the repository that a delivery belongs to: one message for each family. Does not repeat
 * what an earlier message has done.
 *
 * @returns the delivery that was planned, which may be a newer one; undefined when there was nothing to do.
 */
export async function plan(
  { deliveryId, repository }: Delivery,
  config: PlannerConfig,
  { clients, retry }: { readonly clients: PlannerClients; readonly retry: Retry },
): Promise<Delivery | undefined> {
  const { dynamodb } = clients;
  const { delivery, isPlanned } = await readNewest(repository, config.tableName, dynamodb);
  if (delivery.deliveryId !== deliveryId) {
    await noteSuperseded(deliveryId, delivery.deliveryId, {
      config,
      dynamodb,
      now: retry.deps.now(),
    });
    if (isPlanned) return undefined;
  } else if (isPlanned) return undefined;

  const families = await findFamilies(config, clients, retry);
  const plannedAt = retry.deps.now();
  const messages = families.map((found) => ({ ...found, delivery, plannedAt }));
  await sendAll(messages, config.workQueueUrl, clients.sqs);
  const { repository: name, tag } = delivery;
  const summary = { state: "planned", repository: name, tag, families: families.length };
  await recordSummary(delivery.deliveryId, summary, { config, dynamodb, now: plannedAt });
  await markPlanned(delivery, config.tableName, dynamodb);
  console.log("planned", { deliveryId: delivery.deliveryId, families: families.length });
  return delivery;
}

/** Finds the families of the config, each with what starts its tasks. */
export async function findFamilies(
  config: PlannerConfig,
  { ecs, eventbridge }: Pick<PlannerClients, "ecs" | "eventbridge">,
  retry: Retry,
): Promise<Pick<FamilyMessage, "family" | "services" | "pinnedTargets">[]> {
  const families = await listFamilies(ecs, config.families, retry);
  const clusters = await clusterNames(ecs, config.clusters, retry);
  const services = await listServices(ecs, clusters, retry);
  const prefix = config.clusterArnPrefix;
  const pinned: PinnedTargets =
    prefix === undefined
      ? {}
      : await listPinnedTargets(
          eventbridge,
          clusters.map((name) => prefix + name),
          retry,
        );
  return families.map((family) => ({
    family,
    services: services.filter(
      ({ taskDefinition }) => parseTaskDefinitionArn(taskDefinition)?.family === family,
    ),
    ...(Object.hasOwn(pinned, family) ? { pinnedTargets: pinned[family] } : {}),
  }));
}

async function readNewest(
  repository: string,
  TableName: string,
  dynamodb: DynamoDBClient,
): Promise<{ delivery: Delivery; isPlanned: boolean }> {
  const Key = newestKey(repository);
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName, Key, ConsistentRead: true }),
  );
  if (!Item?.delivery?.S) throw new Error(`No delivery of ${repository} is recorded.`);
  // No validation: only ack writes it, from the same type.
  const delivery = JSON.parse(Item.delivery.S) as Delivery;
  return { delivery, isPlanned: Item.planned?.S === Item.order?.S };
}

function newestKey(repository: string): Record<"id" | "part", { S: string }> {
  return { id: { S: `repository#${repository}` }, part: { S: "newest" } };
}

async function markPlanned(
  delivery: Delivery,
  TableName: string,
  dynamodb: DynamoDBClient,
): Promise<void> {
  const update = new UpdateItemCommand({
    TableName,
    Key: newestKey(delivery.repository),
    UpdateExpression: "SET planned = :order",
    ConditionExpression: "#order = :order",
    ExpressionAttributeNames: { "#order": "order" },
    ExpressionAttributeValues: { ":order": { S: orderOf(delivery) } },
  });
  try {
    await dynamodb.send(update);
  } catch (error) {
    // A newer push arrived meanwhile; its own message plans it.
    if (nameOf(error) !== "ConditionalCheckFailedException") throw error;
  }
}

interface At {
  readonly config: PlannerConfig;
  readonly dynamodb: DynamoDBClient;
  readonly now: number;
}

async function recordSummary(deliveryId: string, summary: object, at: At): Promise<void> {
  await at.dynamodb.send(new PutItemCommand(summaryOf(deliveryId, summary, at)));
}

/** Records that a newer delivery replaced this one; a result that the delivery already has is kept. */
async function noteSuperseded(deliveryId: string, by: string, at: At): Promise<void> {
  const put = new PutItemCommand({
    ...summaryOf(deliveryId, { state: "superseded", by }, at),
    ConditionExpression: "attribute_not_exists(id)",
  });
  try {
    await at.dynamodb.send(put);
  } catch (error) {
    if (nameOf(error) !== "ConditionalCheckFailedException") throw error;
  }
}

function summaryOf(
  deliveryId: string,
  summary: object,
  { config, now }: At,
): ConstructorParameters<typeof PutItemCommand>[0] {
  const expiresAt = Math.floor(now / 1000) + RESULT_LIFE;
  const Item = {
    id: { S: `delivery#${deliveryId}` },
    part: { S: "summary" },
    result: { S: JSON.stringify(summary) },
    expiresAt: { N: String(expiresAt) },
  };
  return { TableName: config.tableName, Item };
}

/** Messages and bytes of one batch; the API allows 1 MiB, including names and attributes. */
const BATCH = { messages: 10, bytes: 900_000 };

async function sendAll(
  messages: readonly FamilyMessage[],
  QueueUrl: string,
  sqs: SQSClient,
): Promise<void> {
  let batch: SendMessageBatchRequestEntry[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    const { Failed } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: batch }));
    const [failed] = Failed ?? [];
    if (failed) throw new Error(`SQS refused a message: ${failed.Message}`);
    batch = [];
    bytes = 0;
  };
  for (const message of messages) {
    const MessageBody = JSON.stringify(message);
    const size = Buffer.byteLength(MessageBody);
    if (batch.length === BATCH.messages || bytes + size > BATCH.bytes) await flush();
    const group = hash(message.family);
    const MessageDeduplicationId = hash(`${message.delivery.deliveryId} ${message.family}`);
    batch.push({
      Id: String(batch.length),
      MessageBody,
      MessageGroupId: group,
      MessageDeduplicationId,
    });
    bytes += size;
  }
  await flush();
}

/** A family's name may be longer than an id of SQS (128 characters). */
export function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
