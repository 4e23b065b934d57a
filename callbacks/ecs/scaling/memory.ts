import {
  GetItemCommand,
  PutItemCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import type { Change, Decision, Override } from "./model";
import { DECISION_PART, type MemoryStore, SCALER_ID, STATE_PART } from "./memoryStore";
import { type Notice, noticesFrom } from "./notices";
import { NOT_TICKING, type Ticking } from "./pace";

export const deploymentOnlyModule = true;

/** Days that a decision is kept. */
const KEPT_DAYS = 30;
/** As far back as any brake looks. */
const REMEMBERED = 24 * 3_600_000;
const MOST_CHANGES = 200;

/** What a scaler remembers between two looks. */
export interface Memory {
  /** Counts the writes: one who has read an older one writes nothing. */
  readonly version: number;
  readonly changes: readonly Change[];
  readonly ticking: Ticking;
  /** Since when low alarms are followed in vain. Milliseconds since the epoch. */
  readonly restingSince?: number;
  readonly lackingSince?: number;
  /** What ran at the last look. */
  readonly running?: number;
  /** What is kept beside the count, as plain data. */
  readonly kept?: unknown;
  /** Set by the command `scale`. */
  readonly override?: Override;
  readonly suspended?: boolean;
  /** What came since the last look that was remembered, oldest first. */
  readonly notices: readonly Notice[];
}

/** What changes from look to look; the rest is the command's. */
export type Remembered = Pick<
  Memory,
  "changes" | "ticking" | "restingSince" | "lackingSince" | "running" | "kept"
>;

export async function recall({ dynamodb, tableName }: MemoryStore): Promise<Memory> {
  const { Item = {} } = await dynamodb.send(
    new GetItemCommand({ TableName: tableName, Key: keyOf(STATE_PART), ConsistentRead: true }),
  );
  const { changes = [], ticking = NOT_TICKING, ...rest } = parse<Partial<Remembered>>(Item.seen?.S);
  const override = Item.override?.S === undefined ? undefined : parse<Override>(Item.override.S);
  return {
    ...rest,
    changes,
    ticking,
    version: Number(Item.version?.N ?? 0),
    ...(override ? { override } : {}),
    suspended: Item.suspended?.BOOL ?? false,
    notices: noticesFrom(Item.notices?.SS),
  };
}

/** An audit record, beside what was decided. */
export interface Noted extends Decision {
  readonly at: number;
  /** What woke the scaler, for its reader only. */
  readonly woken: string;
  readonly outcome: "kept" | "changed" | "observed" | "refused";
}

/**
 * Writes the audit record and what is to be remembered, both or neither.
 *
 * @returns false when another look has been remembered since: its decision stands.
 */
export async function remember(
  { dynamodb, tableName }: MemoryStore,
  noted: Noted,
  {
    version,
    remembered,
    heeded = false,
  }: {
    readonly version: number;
    readonly remembered: Remembered | undefined;
    /** Whether the notices have come to be part of what is remembered. */
    readonly heeded?: boolean;
  },
): Promise<boolean> {
  if (!remembered) {
    const Item = recordOf(noted, `${numbered(version)}+`);
    await dynamodb.send(new PutItemCommand({ TableName: tableName, Item }));
    return true;
  }
  const record = { TableName: tableName, Item: recordOf(noted, numbered(version + 1)) };
  const changes = remembered.changes.filter(({ at }) => at > noted.at - REMEMBERED);
  const state: TransactWriteItem = {
    Update: {
      TableName: tableName,
      Key: keyOf(STATE_PART),
      UpdateExpression: `SET seen = :seen, version = :next${heeded ? " REMOVE notices" : ""}`,
      ConditionExpression: version === 0 ? "attribute_not_exists(version)" : "version = :version",
      ExpressionAttributeValues: {
        ":seen": { S: JSON.stringify({ ...remembered, changes: changes.slice(-MOST_CHANGES) }) },
        ":next": { N: String(version + 1) },
        ...(version === 0 ? {} : { ":version": { N: String(version) } }),
      },
    },
  };
  try {
    await dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [state, { Put: record }] }));
    return true;
  } catch (error) {
    if (isOvertaken(error)) return false;
    throw error;
  }
}

/** So that texts sort as the numbers do. */
function numbered(version: number): string {
  return String(version).padStart(10, "0");
}

/**
 * Two looks may begin in one millisecond, an alarm's and a tick's: `place` keeps one from overwriting the record of the
 * other. It is the version that a look has written, or the one that it has found, with a `+`.
 */
function recordOf(noted: Noted, place: string) {
  const { at, from, to, why, outcome } = noted;
  return {
    ...keyOf(`${DECISION_PART}${new Date(at).toISOString()}#${place}`),
    from: { N: String(from) },
    to: { N: String(to) },
    why: { S: why },
    outcome: { S: outcome },
    decision: { S: JSON.stringify(noted) },
    expiresAt: { N: String(Math.floor(at / 1000) + KEPT_DAYS * 86_400) },
  };
}

function keyOf(part: string) {
  return { id: { S: SCALER_ID }, part: { S: part } };
}

function parse<T>(text: string | undefined): T {
  return JSON.parse(text ?? "{}") as T;
}

/** Somebody else was first: the condition failed, or both wrote at once. */
function isOvertaken(error: unknown): boolean {
  const { name, CancellationReasons = [] } = error as {
    name?: string;
    CancellationReasons?: { Code?: string }[];
  };
  return (
    name === "TransactionCanceledException" &&
    CancellationReasons.some(({ Code = "" }) =>
      /^(ConditionalCheckFailed|TransactionConflict)$/.test(Code),
    )
  );
}
