import {
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { orderOf, type Upload } from "../uploads/upload";
import {
  type AppRecord,
  isRefused,
  type Item,
  type Lease,
  RECORD_NAMES,
  recordValues,
  type RecordStore,
  SET_RECORD,
  stateKey,
  uploadKey,
} from "./appRecord";
import type { ClaimState } from "./claim";

export const deploymentOnlyModule = true;

/** Days that the result of an upload is kept. */
const KEPT_DAYS = 90;

/** How an upload ended. */
export interface Outcome {
  readonly state: "deployed" | "rejected" | "superseded" | "removed";
  /** ISO time. */
  readonly at: string;
  readonly reason?: string;
  readonly version?: string;
  /** Given up after its last try. Nothing waits for it any more, but it may be tried once more. */
  readonly isGivenUp?: boolean;
}

/** Records the result of an upload that another one has overtaken. */
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
 * Ends the work on an upload: writes its result and the version of LIVE, and releases the lease, all or nothing.
 *
 * @returns false when the app is no longer this worker's: its new owner finishes.
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
    readonly turn: ClaimState;
  },
): Promise<boolean> {
  const order = orderOf(upload);
  const serves = outcome.state === "deployed" || outcome.state === "removed";
  const { isGivenUp = false } = outcome;
  const ended = turn.ended > order || isGivenUp ? turn.ended : order;
  const update = {
    TableName: tableName,
    Key: stateKey(name),
    UpdateExpression:
      `SET done = :done, ${SET_RECORD}${serves ? ", deployed = :order" : ""} ` +
      `REMOVE leaseOwner, leaseUntil${isGivenUp ? ", newestAt" : ""}`,
    ConditionExpression: "leaseOwner = :owner",
    ExpressionAttributeNames: RECORD_NAMES,
    ExpressionAttributeValues: {
      ":done": { S: ended },
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
    if (isConditionFailed(error)) return false;
    throw error;
  }
}

/** Releases an app, and writes its new record if there is one. */
export async function release(
  { dynamodb, tableName }: RecordStore,
  { name, owner }: Lease,
  record?: AppRecord,
): Promise<void> {
  const input = {
    TableName: tableName,
    Key: stateKey(name),
    UpdateExpression: `${record ? `SET ${SET_RECORD} ` : ""}REMOVE leaseOwner, leaseUntil`,
    ConditionExpression: "leaseOwner = :owner",
    ...(record ? { ExpressionAttributeNames: RECORD_NAMES } : {}),
    ExpressionAttributeValues: {
      ":owner": { S: owner },
      ...(record ? recordValues(record) : {}),
    },
  };
  await dynamodb.send(new UpdateItemCommand(input)).catch((error: unknown) => {
    if (!isRefused(error)) throw error;
  });
}

function outcomeItem(name: string, upload: Upload, outcome: Outcome): Item {
  const seconds = Math.floor(Date.parse(outcome.at) / 1000) + KEPT_DAYS * 86_400;
  return {
    ...uploadKey(name, orderOf(upload)),
    versionId: { S: upload.versionId },
    outcome: { S: outcome.state },
    isGivenUp: { BOOL: outcome.isGivenUp ?? false },
    detail: { S: JSON.stringify(outcome) },
    expiresAt: { N: String(seconds) },
  };
}

function isConditionFailed(error: unknown): boolean {
  const { CancellationReasons = [] } = error as { CancellationReasons?: { Code?: string }[] };
  return CancellationReasons.some(({ Code }) => Code === "ConditionalCheckFailed");
}
