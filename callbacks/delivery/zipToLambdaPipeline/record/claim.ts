import { GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { orderOf, type Upload } from "../uploads/upload";
import {
  type AppRecord,
  isRefused,
  type Item,
  type Lease,
  type Live,
  recordOf,
  type RecordStore,
  stateKey,
  uploadKey,
} from "./appRecord";

export const deploymentOnlyModule = true;

export type Claim =
  | { readonly kind: "ours"; readonly record: AppRecord; readonly turn: ClaimState }
  /** A newer upload of the app is in service. */
  | { readonly kind: "superseded" }
  /** This same upload has already ended. */
  | { readonly kind: "done" }
  /** Another worker has the app, or a newer upload has not ended yet: it may still be rejected. */
  | { readonly kind: "busy"; readonly isNewest: boolean };

/** State that a claimed upload needs to end. */
export interface ClaimState {
  /** Order of the newest upload that has ended so far. */
  readonly ended: string;
  /** Whether a newer upload was rejected before this one was claimed. */
  readonly isLate: boolean;
}

/** Milliseconds after which a newer upload is no longer waited for: its worker crashed and was not retried. */
const ABANDONED = 20 * 60_000;

const LEASE_IS_FREE = "(attribute_not_exists(leaseUntil) OR leaseUntil < :now)";
const NOTHING_NEWER_SERVES = "(attribute_not_exists(deployed) OR deployed < :order)";

/**
 * Claims an app for an upload: for one worker at a time, and never for an upload older than the one in service. One
 * conditional write decides.
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

/**
 * Extends or shortens the lease on an app.
 *
 * @returns false when the app is no longer this worker's.
 */
export async function extendLease(
  { dynamodb, tableName }: RecordStore,
  { name, owner }: Lease,
  until: number,
): Promise<boolean> {
  const input = {
    TableName: tableName,
    Key: stateKey(name),
    UpdateExpression: "SET leaseUntil = :until",
    ConditionExpression: "leaseOwner = :owner",
    ExpressionAttributeValues: { ":owner": { S: owner }, ":until": { N: String(until) } },
  };
  try {
    await dynamodb.send(new UpdateItemCommand(input));
    return true;
  } catch (error) {
    if (isRefused(error)) return false;
    throw error;
  }
}

/** Claims an app for a manual change; returns undefined while a worker has it. */
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

/** Checks whether the app is still this worker's: called right before LIVE moves. */
export async function isStillOurs(store: RecordStore, { name, owner }: Lease): Promise<boolean> {
  return (await readState(store, name)).leaseOwner?.S === owner;
}

/** Returns the order of the newest upload that was claimed for an app, and the version that LIVE has. */
export async function lookAt(
  store: RecordStore,
  name: string,
): Promise<{ readonly newest: string; readonly live: Live | undefined }> {
  const item = await readState(store, name);
  return { newest: seenIn(item).newest, live: recordOf(item).lives[0] };
}

async function readState({ dynamodb, tableName }: RecordStore, name: string): Promise<Item> {
  const { Item = {} } = await dynamodb.send(
    new GetItemCommand({ TableName: tableName, Key: stateKey(name), ConsistentRead: true }),
  );
  return Item;
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
  const Key = uploadKey(name, order);
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }),
  );
  return Item !== undefined && Item.isGivenUp?.BOOL !== true;
}

function leaseValues({ owner, until }: Lease, now: number): Item {
  return { ":owner": { S: owner }, ":until": { N: String(until) }, ":now": { N: String(now) } };
}
