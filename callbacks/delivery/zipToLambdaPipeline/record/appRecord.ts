import type { AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { nameOf } from "../../../retry";

export const deploymentOnlyModule = true;

export interface RecordStore {
  readonly dynamodb: DynamoDBClient;
  readonly tableName: string;
}

/** Returns the table of a pipeline. */
export function storeOf({
  clients: { dynamodb },
  config: { tableName },
}: {
  readonly clients: Pick<RecordStore, "dynamodb">;
  readonly config: Pick<RecordStore, "tableName">;
}): RecordStore {
  return { dynamodb, tableName };
}

export type Item = Record<string, AttributeValue>;

/** Sort keys of an app's items: one item for its state, which changes, and one for each upload. */
const STATE_PART = "state";
const UPLOAD_PART = "upload#";

/** How many versions of LIVE are remembered for a rollback. */
const MOST_LIVES = 20;

/** A version that LIVE had. */
export interface Live {
  /** Version of the function. */
  readonly version: string;
  /** Version id of the zip. */
  readonly versionId: string;
  /** ISO time. */
  readonly at: string;
}

/** Facts about an app that Lambda does not store. */
export interface AppRecord {
  /** Newest first; the first is the version that LIVE has. */
  readonly lives: readonly Live[];
  readonly url?: string;
  /**
   * Concurrency that the program has reserved: a reservation that it no longer names is removed, one that others have
   * set stays.
   */
  readonly reserved?: number;
}

/** Ownership of an app by a worker, and its end. */
export interface Lease {
  readonly name: string;
  readonly owner: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** Returns the versions that LIVE has had, newest first, with one more; the same version twice in a row counts once. */
export function withLive(lives: readonly Live[], live: Live): Live[] {
  const others = lives[0]?.version === live.version ? lives.slice(1) : lives;
  return [live, ...others].slice(0, MOST_LIVES);
}

/** Update expression that sets the whole record of an app. */
export const SET_RECORD = "lives = :lives, #url = :url, reservation = :reserved";
export const RECORD_NAMES = { "#url": "url" };

export function recordValues({ lives, url, reserved }: AppRecord): Item {
  return {
    ":lives": { S: JSON.stringify(lives) },
    ":url": { S: url ?? "" },
    ":reserved": reserved === undefined ? { NULL: true } : { N: String(reserved) },
  };
}

export function recordOf(item: Item): AppRecord {
  const url = item.url?.S ?? "";
  return {
    lives: JSON.parse(item.lives?.S ?? "[]") as Live[],
    ...(url === "" ? {} : { url }),
    ...(item.reservation?.N === undefined ? {} : { reserved: Number(item.reservation.N) }),
  };
}

export function stateKey(name: string): Item {
  return { name: { S: name }, part: { S: STATE_PART } };
}

/** Returns the key of the item of one upload. */
export function uploadKey(name: string, order: string): Item {
  return { name: { S: name }, part: { S: `${UPLOAD_PART}${order}` } };
}

export function isRefused(error: unknown): error is Error & { Item?: Item } {
  return nameOf(error) === "ConditionalCheckFailedException";
}
