import type { AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { nameOf } from "../../../retry";

export const deploymentOnlyModule = true;

export interface RecordStore {
  readonly dynamodb: DynamoDBClient;
  readonly tableName: string;
}

/** The table of a pipeline. */
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

/** Parts of what the table has of an app: one that changes, and one for each upload. */
const STATE_PART = "state";
const UPLOAD_PART = "upload#";

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
  /** What the program had reserved for the function: what it names no more goes, and what others have set stays. */
  readonly reserved?: number;
}

/** Who works on an app, and until when. */
export interface Lease {
  readonly name: string;
  readonly owner: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** The lives with a new one before them; the same version twice in a row is one. */
export function withLive(lives: readonly Live[], live: Live): Live[] {
  const others = lives[0]?.version === live.version ? lives.slice(1) : lives;
  return [live, ...others].slice(0, MOST_LIVES);
}

/** Sets all that is known of an app. */
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

/** Key of what is kept of one upload. */
export function uploadKey(name: string, order: string): Item {
  return { name: { S: name }, part: { S: `${UPLOAD_PART}${order}` } };
}

export function isRefused(error: unknown): error is Error & { Item?: Item } {
  return nameOf(error) === "ConditionalCheckFailedException";
}
