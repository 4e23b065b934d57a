import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { type Delivery, orderOf } from "../push/delivery";
import { RESULT_LIFE } from "../plan/planner";

export const deploymentOnlyModule = true;

/** How far a service, or a whole family, has come; `failed`: its deployment did, and ECS was not to go back. */
export type MoveState = "moving" | "completed" | "rolledBack" | "failed";

/** The newest move of a family to a tag of one repository: what the end of a deployment is measured by. */
export interface FamilyRecord {
  readonly family: string;
  readonly repository: string;
  readonly deliveryId: string;
  /** See orderOf. */
  readonly order: string;
  /** Image by container. */
  readonly images: Readonly<Record<string, string>>;
  /** By ARN of the service. */
  readonly services: Readonly<Record<string, MoveState>>;
  readonly state: MoveState;
}

/** Where records are kept. */
export interface Records {
  readonly dynamodb: DynamoDBClient;
  readonly tableName: string;
}

/**
 * Begins the move, or goes on with it; undefined when there is nothing to do, because the same delivery has come to
 * its end or a newer one has begun.
 */
export async function beginMove(
  { dynamodb, tableName }: Records,
  delivery: Delivery,
  move: Pick<FamilyRecord, "family" | "images" | "services">,
): Promise<{ readonly record: FamilyRecord; readonly isRepeated: boolean } | undefined> {
  const { deliveryId, repository } = delivery;
  const record: FamilyRecord = {
    ...move,
    deliveryId,
    repository,
    order: orderOf(delivery),
    state: "moving",
  };
  const put = new PutItemCommand({
    TableName: tableName,
    Item: itemOf(record),
    ConditionExpression: "attribute_not_exists(id) OR #order < :order",
    ExpressionAttributeNames: { "#order": "order" },
    ExpressionAttributeValues: { ":order": { S: record.order } },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
  try {
    await dynamodb.send(put);
    return { record, isRepeated: false };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
    const known = recordOf(error.Item);
    const isOurs = known.deliveryId === deliveryId && known.state === "moving";
    return isOurs ? { record: known, isRepeated: true } : undefined;
  }
}

/** The moves of a family, one for each repository. */
export async function movesOf(
  { dynamodb, tableName }: Records,
  family: string,
): Promise<FamilyRecord[]> {
  const query = new QueryCommand({
    TableName: tableName,
    KeyConditionExpression: "id = :id",
    ExpressionAttributeValues: { ":id": { S: `family#${family}` } },
    ConsistentRead: true,
  });
  const { Items = [] } = await dynamodb.send(query);
  return Items.map(recordOf);
}

/** Notes how a service came out; answers the record as it is then, which may be that of a newer move. */
export async function noteService(
  records: Records,
  record: FamilyRecord,
  service: { readonly arn: string; readonly state: MoveState },
): Promise<FamilyRecord> {
  const names = { "#services": "services", "#service": service.arn };
  return updateIfCurrent(records, record, {
    UpdateExpression: "SET #services.#service = :state",
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: { ":state": { S: service.state } },
  });
}

/** Ends a move; answers the record as it is then, which may be that of a newer move. */
export async function endMove(
  records: Records,
  record: FamilyRecord,
  state: MoveState,
): Promise<FamilyRecord> {
  return updateIfCurrent(records, record, {
    UpdateExpression: "SET #state = :state",
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: { ":state": { S: state } },
  });
}

/** Adds to the result of a delivery for one family; people read it, and it expires. */
export async function recordResult(
  { dynamodb, tableName }: Records,
  at: { readonly deliveryId: string; readonly family: string; readonly now: number },
  result: { readonly state: string; readonly detail?: object },
): Promise<void> {
  const { state, detail } = result;
  const update = new UpdateItemCommand({
    TableName: tableName,
    Key: { id: { S: `delivery#${at.deliveryId}` }, part: { S: `family#${at.family}` } },
    // The end may be known before the beginning is written down.
    UpdateExpression: detail
      ? "SET detail = :detail, expiresAt = :expiresAt, #state = if_not_exists(#state, :state)"
      : "SET expiresAt = :expiresAt, #state = :state",
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: {
      ":state": { S: state },
      ":expiresAt": { N: String(Math.floor(at.now / 1000) + RESULT_LIFE) },
      ...(detail ? { ":detail": { S: JSON.stringify(detail) } } : {}),
    },
  });
  await dynamodb.send(update);
}

/** The revision that was registered for a family by a delivery; undefined when there was no need of one. */
export async function registeredRevision(
  { dynamodb, tableName }: Records,
  { deliveryId, family }: Pick<FamilyRecord, "deliveryId" | "family">,
): Promise<string | undefined> {
  const Key = { id: { S: `delivery#${deliveryId}` }, part: { S: `family#${family}` } };
  const get = new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true });
  const { Item } = await dynamodb.send(get);
  // Only recordResult writes it.
  const detail = JSON.parse(Item?.detail?.S ?? "{}") as {
    readonly isRegistered?: boolean;
    readonly revision?: string;
  };
  return detail.isRegistered ? detail.revision : undefined;
}

type Change = Pick<
  ConstructorParameters<typeof UpdateItemCommand>[0],
  "UpdateExpression" | "ExpressionAttributeNames" | "ExpressionAttributeValues"
>;

async function updateIfCurrent(
  { dynamodb, tableName }: Records,
  { family, repository, deliveryId }: FamilyRecord,
  change: Change,
): Promise<FamilyRecord> {
  const update = new UpdateItemCommand({
    TableName: tableName,
    Key: { id: { S: `family#${family}` }, part: { S: repository } },
    ...change,
    ConditionExpression: "deliveryId = :deliveryId",
    ExpressionAttributeValues: {
      ...change.ExpressionAttributeValues,
      ":deliveryId": { S: deliveryId },
    },
    ReturnValues: "ALL_NEW",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
  try {
    const { Attributes = {} } = await dynamodb.send(update);
    return recordOf(Attributes);
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
    return recordOf(error.Item);
  }
}

type Item = Record<string, AttributeValue>;

function itemOf(record: FamilyRecord): Item {
  const { family, repository, deliveryId, order, images, services, state } = record;
  return {
    id: { S: `family#${family}` },
    part: { S: repository },
    deliveryId: { S: deliveryId },
    order: { S: order },
    images: { M: texts(images) },
    services: { M: texts(services) },
    state: { S: state },
  };
}

function recordOf(item: Item): FamilyRecord {
  return {
    family: (item.id?.S ?? "").slice("family#".length),
    repository: item.part?.S ?? "",
    deliveryId: item.deliveryId?.S ?? "",
    order: item.order?.S ?? "",
    images: plain(item.images?.M),
    // Only itemOf and noteService write it.
    services: plain(item.services?.M) as Record<string, MoveState>,
    state: item.state?.S as MoveState,
  };
}

function texts(values: Readonly<Record<string, string>>): Item {
  return Object.fromEntries(Object.entries(values).map(([key, S]) => [key, { S }]));
}

function plain(values: Item = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, { S = "" }]) => [key, S]));
}
