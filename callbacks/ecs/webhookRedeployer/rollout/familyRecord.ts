import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { type Delivery, orderOf } from "../push/delivery";

export const deploymentOnlyModule = true;

/**
 * Progress of a service, or of a whole family; `failed`: its deployment failed, and ECS was not configured to roll
 * back.
 */
export type MoveState = "moving" | "completed" | "rolledBack" | "failed";

/** The newest move of a family to a tag of one repository: ended deployments are compared with it. */
export interface FamilyRecord {
  readonly family: string;
  readonly repository: string;
  readonly deliveryId: string;
  /** Position among the pushes of the repository; see orderOf. */
  readonly order: string;
  /** Image by container. */
  readonly images: Readonly<Record<string, string>>;
  /** State of each service by its ARN. */
  readonly services: Readonly<Record<string, MoveState>>;
  readonly state: MoveState;
  /** Id of the delivery whose move was under way when this one began. */
  readonly replaced?: string;
}

/**
 * State in which a delivery finds the family: free, moving for this delivery, moved, or moving for a newer delivery.
 */
export interface BegunMove {
  readonly record: FamilyRecord;
  readonly is: "begun" | "repeated" | "over" | "overtaken";
}

/** The table of the records. */
export interface Records {
  readonly dynamodb: DynamoDBClient;
  readonly tableName: string;
}

/**
 * Begins the move, or continues it, unless the same delivery has finished or a newer one has begun. A single write also
 * records which delivery it replaces, so that a retry after a failure knows it too.
 */
export async function beginMove(
  { dynamodb, tableName }: Records,
  delivery: Delivery,
  move: Pick<FamilyRecord, "family" | "images" | "services">,
): Promise<BegunMove> {
  const { deliveryId, repository } = delivery;
  const update = new UpdateItemCommand({
    TableName: tableName,
    Key: keyOf({ family: move.family, repository }),
    UpdateExpression:
      "SET replaced = if_not_exists(deliveryId, :none), replacedState = if_not_exists(#state, :none), " +
      "deliveryId = :deliveryId, #order = :order, images = :images, #services = :services, #state = :moving",
    ConditionExpression: "attribute_not_exists(id) OR #order < :order",
    ExpressionAttributeNames: { "#order": "order", "#services": "services", "#state": "state" },
    ExpressionAttributeValues: {
      ":none": { S: "none" },
      ":deliveryId": { S: deliveryId },
      ":order": { S: orderOf(delivery) },
      ":images": { M: texts(move.images) },
      ":services": { M: texts(move.services) },
      ":moving": { S: "moving" },
    },
    ReturnValues: "ALL_NEW",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
  try {
    const { Attributes = {} } = await dynamodb.send(update);
    return { record: recordOf(Attributes), is: "begun" };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
    const record = recordOf(error.Item);
    if (record.deliveryId !== deliveryId) return { record, is: "overtaken" };
    return { record, is: record.state === "moving" ? "repeated" : "over" };
  }
}

/** Returns the moves of a family, one for each repository. */
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

/** Returns the newest move of a family to a tag of a repository. */
export async function readMove(
  { dynamodb, tableName }: Records,
  of: Pick<FamilyRecord, "family" | "repository">,
): Promise<FamilyRecord | undefined> {
  const get = new GetItemCommand({ TableName: tableName, Key: keyOf(of), ConsistentRead: true });
  const { Item } = await dynamodb.send(get);
  return Item && recordOf(Item);
}

/** Records the result of a service; returns the record after that, which may be that of a newer move. */
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

/** Ends a move; returns the record after that, which may be that of a newer move. */
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

type Change = Pick<
  ConstructorParameters<typeof UpdateItemCommand>[0],
  "UpdateExpression" | "ExpressionAttributeNames" | "ExpressionAttributeValues"
>;

async function updateIfCurrent(
  { dynamodb, tableName }: Records,
  record: FamilyRecord,
  change: Change,
): Promise<FamilyRecord> {
  const update = new UpdateItemCommand({
    TableName: tableName,
    Key: keyOf(record),
    ...change,
    ConditionExpression: "deliveryId = :deliveryId",
    ExpressionAttributeValues: {
      ...change.ExpressionAttributeValues,
      ":deliveryId": { S: record.deliveryId },
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

function keyOf({ family, repository }: Pick<FamilyRecord, "family" | "repository">): Item {
  return { id: { S: `family#${family}` }, part: { S: repository } };
}

function recordOf(item: Item): FamilyRecord {
  return {
    ...(item.replacedState?.S === "moving" ? { replaced: item.replaced?.S } : {}),
    family: (item.id?.S ?? "").slice("family#".length),
    repository: item.part?.S ?? "",
    deliveryId: item.deliveryId?.S ?? "",
    order: item.order?.S ?? "",
    images: plain(item.images?.M),
    // No validation: only beginMove and noteService write it.
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
