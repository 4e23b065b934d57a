import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { nameOf } from "../../../retry";
import { orderOf, type Upload } from "../uploads/upload";

export const deploymentOnlyModule = true;

export interface RecordStore {
  readonly dynamodb: DynamoDBClient;
  readonly tableName: string;
}

/** Parts of what the table has of an app: one that changes, and one for each upload. */
export const STATE_PART = "state";
export const UPLOAD_PART = "upload#";

/** Days that the outcome of an upload is kept. */
const KEPT_DAYS = 90;
/** So many versions that LIVE had are remembered, for a rollback. */
const MOST_LIVES = 20;

/** A version that LIVE had. */
export interface Live {
  /** Of the function. */
  readonly version: string;
  /** Of the zip. */
  readonly versionId: string;
  /** ISO time. */
  readonly at: string;
}

/** What is known of an app, beside what Lambda knows. */
export interface AppRecord {
  /** Newest first; the first is what LIVE has. */
  readonly lives: readonly Live[];
  readonly url?: string;
}

/** Who works on an app, and until when. */
export interface Lease {
  readonly name: string;
  readonly owner: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

export type Claim =
  | { readonly kind: "ours"; readonly record: AppRecord }
  /** A newer upload of the app has been seen. */
  | { readonly kind: "superseded" }
  /** This very upload has come to its end before. */
  | { readonly kind: "done" }
  /** Another worker has the app. */
  | { readonly kind: "busy" };

type Item = Record<string, AttributeValue>;

/**
 * Takes an app for an upload: one worker at a time, and none for an upload that is older than another that was seen.
 * One conditional write decides both.
 */
export async function claim(
  { dynamodb, tableName }: RecordStore,
  lease: Lease,
  upload: Upload,
  now: number,
): Promise<Claim> {
  const order = orderOf(upload);
  const input = {
    TableName: tableName,
    Key: stateKey(lease.name),
    UpdateExpression: "SET newest = :order, leaseOwner = :owner, leaseUntil = :until",
    ConditionExpression:
      "(attribute_not_exists(newest) OR newest <= :order) AND " +
      "(attribute_not_exists(done) OR done < :order) AND " +
      "(attribute_not_exists(leaseUntil) OR leaseUntil < :now)",
    ExpressionAttributeValues: { ":order": { S: order }, ...leaseValues(lease, now) },
    ReturnValues: "ALL_NEW" as const,
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  };
  try {
    const { Attributes = {} } = await dynamodb.send(new UpdateItemCommand(input));
    return { kind: "ours", record: recordOf(Attributes) };
  } catch (error) {
    if (!isRefused(error)) throw error;
    const found = error.Item ?? {};
    if ((found.done?.S ?? "") === order) return { kind: "done" };
    if ((found.newest?.S ?? "") > order || (found.done?.S ?? "") > order)
      return { kind: "superseded" };
    await announce({ dynamodb, tableName }, lease.name, order);
    return { kind: "busy" };
  }
}

/** Tells the worker that has the app of a newer upload, so that it does not finish an older one. */
async function announce(
  { dynamodb, tableName }: RecordStore,
  name: string,
  order: string,
): Promise<void> {
  const input = {
    TableName: tableName,
    Key: stateKey(name),
    UpdateExpression: "SET newest = :order",
    ConditionExpression: "attribute_not_exists(newest) OR newest < :order",
    ExpressionAttributeValues: { ":order": { S: order } },
  };
  await dynamodb.send(new UpdateItemCommand(input)).catch((error: unknown) => {
    if (!isRefused(error)) throw error;
  });
}

/** Takes an app for somebody who works on it by hand; undefined while a worker has it. */
export async function claimByHand(
  { dynamodb, tableName }: RecordStore,
  lease: Lease,
  now: number,
): Promise<AppRecord | undefined> {
  const input = {
    TableName: tableName,
    Key: stateKey(lease.name),
    UpdateExpression: "SET leaseOwner = :owner, leaseUntil = :until",
    ConditionExpression: "attribute_not_exists(leaseUntil) OR leaseUntil < :now",
    ExpressionAttributeValues: leaseValues(lease, now),
    ReturnValues: "ALL_NEW" as const,
  };
  try {
    const { Attributes = {} } = await dynamodb.send(new UpdateItemCommand(input));
    return recordOf(Attributes);
  } catch (error) {
    if (isRefused(error)) return undefined;
    throw error;
  }
}

/** Whether the app is still this worker's, and its upload the newest: asked right before LIVE moves. */
export async function isStillOurs(
  { dynamodb, tableName }: RecordStore,
  { name, owner }: Lease,
  upload: Upload,
): Promise<"ours" | "superseded" | "lost"> {
  const { Item = {} } = await dynamodb.send(
    new GetItemCommand({ TableName: tableName, Key: stateKey(name), ConsistentRead: true }),
  );
  if (Item.leaseOwner?.S !== owner) return "lost";
  return Item.newest?.S === orderOf(upload) ? "ours" : "superseded";
}

/** How an upload ended. */
export interface Outcome {
  readonly state: "deployed" | "rejected" | "superseded" | "removed";
  /** ISO time. */
  readonly at: string;
  readonly reason?: string;
  readonly version?: string;
}

/** Writes how an upload ended that another one has overtaken. */
export async function recordOutcome(
  { dynamodb, tableName }: RecordStore,
  name: string,
  upload: Upload,
  outcome: Outcome,
): Promise<void> {
  await dynamodb.send(
    new PutItemCommand({ TableName: tableName, Item: outcomeItem(name, upload, outcome) }),
  );
}

/**
 * Ends the work on an upload: its outcome, what LIVE has, and the lease, all or nothing.
 *
 * @returns false when the app is no longer this worker's: whoever has it finishes.
 */
export async function finish(
  { dynamodb, tableName }: RecordStore,
  { name, owner }: Lease,
  upload: Upload,
  { outcome, record }: { readonly outcome: Outcome; readonly record: AppRecord },
): Promise<boolean> {
  const update = {
    TableName: tableName,
    Key: stateKey(name),
    UpdateExpression:
      "SET done = :order, lives = :lives, #url = :url REMOVE leaseOwner, leaseUntil",
    ConditionExpression: "leaseOwner = :owner",
    ExpressionAttributeNames: { "#url": "url" },
    ExpressionAttributeValues: {
      ":order": { S: orderOf(upload) },
      ":owner": { S: owner },
      ...recordValues(record),
    },
  };
  const put = { TableName: tableName, Item: outcomeItem(name, upload, outcome) };
  try {
    await dynamodb.send(
      new TransactWriteItemsCommand({ TransactItems: [{ Update: update }, { Put: put }] }),
    );
    return true;
  } catch (error) {
    if (isOvertaken(error)) return false;
    throw error;
  }
}

/** Gives an app back, with what has become of it if that is said. */
export async function release(
  { dynamodb, tableName }: RecordStore,
  { name, owner }: Lease,
  record?: AppRecord,
): Promise<void> {
  const input = {
    TableName: tableName,
    Key: stateKey(name),
    UpdateExpression: `${record ? "SET lives = :lives, #url = :url " : ""}REMOVE leaseOwner, leaseUntil`,
    ConditionExpression: "leaseOwner = :owner",
    ...(record ? { ExpressionAttributeNames: { "#url": "url" } } : {}),
    ExpressionAttributeValues: {
      ":owner": { S: owner },
      ...(record ? recordValues(record) : {}),
    },
  };
  await dynamodb.send(new UpdateItemCommand(input)).catch((error: unknown) => {
    if (!isRefused(error)) throw error;
  });
}

/** The lives with a new one before them; the same version twice in a row is one. */
export function withLive(lives: readonly Live[], live: Live): Live[] {
  const others = lives[0]?.version === live.version ? lives.slice(1) : lives;
  return [live, ...others].slice(0, MOST_LIVES);
}

function outcomeItem(name: string, upload: Upload, outcome: Outcome): Item {
  const seconds = Math.floor(Date.parse(outcome.at) / 1000) + KEPT_DAYS * 86_400;
  return {
    name: { S: name },
    part: { S: `${UPLOAD_PART}${orderOf(upload)}` },
    versionId: { S: upload.versionId },
    outcome: { S: outcome.state },
    detail: { S: JSON.stringify(outcome) },
    expiresAt: { N: String(seconds) },
  };
}

function recordValues({ lives, url }: AppRecord): Item {
  return { ":lives": { S: JSON.stringify(lives) }, ":url": { S: url ?? "" } };
}

function recordOf(item: Item): AppRecord {
  const url = item.url?.S ?? "";
  return {
    lives: JSON.parse(item.lives?.S ?? "[]") as Live[],
    ...(url === "" ? {} : { url }),
  };
}

function leaseValues({ owner, until }: Lease, now: number): Item {
  return { ":owner": { S: owner }, ":until": { N: String(until) }, ":now": { N: String(now) } };
}

function stateKey(name: string): Item {
  return { name: { S: name }, part: { S: STATE_PART } };
}

function isOvertaken(error: unknown): boolean {
  const { CancellationReasons = [] } = error as { CancellationReasons?: { Code?: string }[] };
  return CancellationReasons.some(({ Code }) => Code === "ConditionalCheckFailed");
}

function isRefused(error: unknown): error is Error & { Item?: Item } {
  return nameOf(error) === "ConditionalCheckFailedException";
}
