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
  | { readonly kind: "ours"; readonly record: AppRecord; readonly turn: Turn }
  /** A newer upload of the app is in service. */
  | { readonly kind: "superseded" }
  /** This very upload has come to its end before. */
  | { readonly kind: "done" }
  /** Another worker has the app, or a newer upload has not come to its end: it may be rejected. */
  | { readonly kind: "busy"; readonly isNewest: boolean };

/** What an upload that was claimed needs to know to end. */
export interface Turn {
  /** Order of the newest upload that has come to its end, so far. */
  readonly ended: string;
  /** Whether a newer upload was rejected before this one's turn came. */
  readonly isLate: boolean;
}

type Item = Record<string, AttributeValue>;

/** Milliseconds after which a newer upload is waited for no longer: its worker is gone, and was not tried again. */
const ABANDONED = 20 * 60_000;

const LEASE_IS_FREE = "(attribute_not_exists(leaseUntil) OR leaseUntil < :now)";
const NOTHING_NEWER_SERVES = "(attribute_not_exists(deployed) OR deployed < :order)";

/**
 * Takes an app for an upload: one worker at a time, and none for an upload that is older than what is in service. One
 * conditional write decides it.
 */
export async function claim(
  store: RecordStore,
  lease: Lease,
  upload: Upload,
  now: number,
): Promise<Claim> {
  const order = orderOf(upload);
  const taken = await take(store, lease, {
    now,
    order,
    sets: "newest = :order, newestAt = :now",
    condition:
      "(attribute_not_exists(newest) OR newest <= :order) AND " +
      "(attribute_not_exists(done) OR done <> :order)",
  });
  if (taken.item) return oursOf(taken.item, false);
  const { deployed, done, newest, newestAt } = seenIn(taken.refused);
  if (order === deployed || order === done) return { kind: "done" };
  if (deployed > order) return { kind: "superseded" };
  const isAwaited = newest > done && now - newestAt < ABANDONED;
  if (newest <= order || isAwaited) return { kind: "busy", isNewest: newest <= order };
  if (await hasEnded(store, lease.name, order)) return { kind: "done" };
  const late = await take(store, lease, { now, order, sets: "", condition: "" });
  return late.item ? oursOf(late.item, true) : { kind: "busy", isNewest: false };
}

type Taken =
  | { readonly item: Item; readonly refused?: undefined }
  | { readonly item?: undefined; readonly refused: Item };

async function take(
  { dynamodb, tableName }: RecordStore,
  lease: Lease,
  {
    now,
    order,
    sets,
    condition,
  }: {
    readonly now: number;
    readonly order: string;
    readonly sets: string;
    readonly condition: string;
  },
): Promise<Taken> {
  const more = (text: string, joined: string): string => (text === "" ? "" : joined + text);
  const input = {
    TableName: tableName,
    Key: stateKey(lease.name),
    UpdateExpression: `SET leaseOwner = :owner, leaseUntil = :until${more(sets, ", ")}`,
    ConditionExpression: `${NOTHING_NEWER_SERVES} AND ${LEASE_IS_FREE}${more(condition, " AND ")}`,
    ExpressionAttributeValues: { ":order": { S: order }, ...leaseValues(lease, now) },
    ReturnValues: "ALL_NEW" as const,
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  };
  try {
    const { Attributes = {} } = await dynamodb.send(new UpdateItemCommand(input));
    return { item: Attributes };
  } catch (error) {
    if (!isRefused(error)) throw error;
    return { refused: error.Item ?? {} };
  }
}

function oursOf(item: Item, isLate: boolean): Claim {
  return { kind: "ours", record: recordOf(item), turn: { ended: seenIn(item).done, isLate } };
}

function seenIn(item: Item) {
  return {
    deployed: item.deployed?.S ?? "",
    done: item.done?.S ?? "",
    newest: item.newest?.S ?? "",
    newestAt: Number(item.newestAt?.N ?? 0),
  };
}

async function hasEnded(
  { dynamodb, tableName }: RecordStore,
  name: string,
  order: string,
): Promise<boolean> {
  const Key = { name: { S: name }, part: { S: `${UPLOAD_PART}${order}` } };
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }),
  );
  return Item !== undefined;
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

/** Whether the app is still this worker's: asked right before LIVE moves. */
export async function isStillOurs(
  { dynamodb, tableName }: RecordStore,
  { name, owner }: Lease,
): Promise<boolean> {
  const { Item = {} } = await dynamodb.send(
    new GetItemCommand({ TableName: tableName, Key: stateKey(name), ConsistentRead: true }),
  );
  return Item.leaseOwner?.S === owner;
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
  {
    outcome,
    record,
    turn,
  }: {
    readonly outcome: Outcome;
    readonly record: AppRecord;
    readonly turn: Turn;
  },
): Promise<boolean> {
  const order = orderOf(upload);
  const serves = outcome.state === "deployed" || outcome.state === "removed";
  const update = {
    TableName: tableName,
    Key: stateKey(name),
    UpdateExpression:
      `SET done = :done, lives = :lives, #url = :url${serves ? ", deployed = :order" : ""} ` +
      "REMOVE leaseOwner, leaseUntil",
    ConditionExpression: "leaseOwner = :owner",
    ExpressionAttributeNames: { "#url": "url" },
    ExpressionAttributeValues: {
      ":done": { S: turn.ended > order ? turn.ended : order },
      ":owner": { S: owner },
      ...(serves ? { ":order": { S: order } } : {}),
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
