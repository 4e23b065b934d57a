import {
  GetItemCommand,
  PutItemCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import type { Change, Decision, Override } from "./model";
import { DECISION_PART, keyOf, type MemoryStore, STATE_PART } from "./memoryStore";
import { type Notice, noticesFrom } from "./notices";
import { NOT_TICKING, type Ticking } from "./pace";

export const deploymentOnlyModule = true;

/** Days that the record of a decision is kept. */
const KEPT_DAYS = 30;
/** The longest time for which a limit considers earlier changes, in milliseconds. */
const REMEMBERED = 24 * 3_600_000;
const MOST_CHANGES = 200;

/** State of a scaler between two evaluations. */
export interface Memory {
  /** Increases with each write: a writer that has read an older version writes nothing. */
  readonly version: number;
  readonly changes: readonly Change[];
  readonly ticking: Ticking;
  /** Since when low alarms have been followed without a removal. Milliseconds since the epoch. */
  readonly restingSince?: number;
  /** When a rule was disabled last. Milliseconds since the epoch. */
  readonly stoppedAt?: number;
  readonly lackingSince?: number;
  /** Running count at the last evaluation. */
  readonly running?: number;
  /** State that is kept in addition to the count, as plain data. */
  readonly kept?: unknown;
  /** Set by the command `scale`. */
  readonly override?: Override;
  readonly suspended?: boolean;
  /** Notices since the last evaluation that was remembered, oldest first. */
  readonly notices: readonly Notice[];
}

/** The part that evaluations write; the command writes the rest. */
export type Remembered = Pick<
  Memory,
  "changes" | "ticking" | "restingSince" | "stoppedAt" | "lackingSince" | "running" | "kept"
>;

/** What an evaluation writes. */
export interface Written {
  /** Version of the state that the evaluation has read. */
  readonly version: number;
  readonly remembered: Remembered | undefined;
  /** Whether the remembered state now includes the notices. */
  readonly handled?: boolean;
}

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

/** An audit record: the decision, its time and what triggered it. */
export interface AuditRecord extends Decision {
  readonly at: number;
  /** What woke the scaler; for the reader only. */
  readonly woken: string;
  readonly outcome: "kept" | "changed" | "observed" | "refused";
}

/**
 * Writes the audit record and the state to remember, both or neither.
 *
 * @returns false when another evaluation wrote since: its decision counts.
 */
export async function remember(
  { dynamodb, tableName }: MemoryStore,
  noted: AuditRecord,
  { version, remembered, handled = false }: Written,
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
      UpdateExpression: `SET seen = :seen, version = :next${handled ? " REMOVE notices" : ""}`,
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
    if (isConditionFailed(error)) return false;
    throw error;
  }
}

/** Pads the number so that the strings sort like the numbers. */
function numbered(version: number): string {
  return String(version).padStart(10, "0");
}

/**
 * Creates the item of a record. Two evaluations may begin in the same millisecond, one by an alarm and one by a tick:
 * `place` prevents that one overwrites the record of the other. It is the version that the evaluation has written, or
 * the version that it has read, with a `+`.
 */
function recordOf(noted: AuditRecord, place: string) {
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

function parse<T>(text: string | undefined): T {
  return JSON.parse(text ?? "{}") as T;
}

/** Checks whether another writer was first: the condition failed, or both wrote at once. */
function isConditionFailed(error: unknown): boolean {
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
