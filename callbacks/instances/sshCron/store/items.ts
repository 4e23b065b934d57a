import { type AttributeValue, type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Deps } from "../../../deps";
import type { RunRecord } from "../model";
import type { Occurrence } from "./runStore";

export const deploymentOnlyModule = true;

/** Values of the table's keys `id` and `part`. */
export const OCCURRENCES = "occurrences";
export const RUN = "run#";
export const HOST = "host#";
export const CRON = "cron";

export type Item = Record<string, AttributeValue>;

/** The table of a cron. */
export interface RunsTable {
  readonly dynamodb: DynamoDBClient;
  readonly TableName: string;
  /** Days after which records are deleted. */
  readonly recordDays: number;
  readonly deps: Pick<Deps, "now" | "random" | "sleep">;
}

export function keyOf(id: string, part: string): Item {
  return { id: { S: id }, part: { S: part } };
}

/** Returns when DynamoDB deletes an item that is written now. */
export function expiresAt({ recordDays }: RunsTable, now: number): Item {
  return { expiresAt: { N: String(Math.floor(now / 1000) + recordDays * 86_400) } };
}

export function itemOf(run: RunRecord): Item {
  return {
    ...keyOf(RUN + run.occurrence, run.host),
    state: { S: run.state },
    record: { S: JSON.stringify(run) },
  };
}

/** Parses a record of the table; `until` is the time after which a running run has certainly ended. */
export function runOf({ record, until }: Item): RunRecord & { readonly until?: number } {
  return {
    ...(JSON.parse(record?.S ?? "{}") as RunRecord),
    ...(until?.N === undefined ? {} : { until: Number(until.N) }),
  };
}

export function occurrenceOf({ part, occurrence, sent, wave, counts }: Item): Occurrence {
  return {
    id: part?.S ?? "",
    ...(JSON.parse(occurrence?.S ?? "{}") as Omit<Occurrence, "id">),
    sent: sent?.BOOL ?? false,
    ...(wave?.N === undefined ? {} : { wave: Number(wave.N) }),
    ...(counts?.S === undefined ? {} : { counts: JSON.parse(counts.S) as Record<string, number> }),
  };
}

/** Writes an item unless it exists; returns false when it does. */
export async function putNew({ dynamodb, TableName }: RunsTable, Item: Item): Promise<boolean> {
  const ConditionExpression = "attribute_not_exists(id)";
  return unlessRefused(() =>
    dynamodb.send(new PutItemCommand({ TableName, Item, ConditionExpression })),
  );
}

/** Returns true when a write happened, false when its condition was not met. */
export async function unlessRefused(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if ((error as Error).name === "ConditionalCheckFailedException") return false;
    throw error;
  }
}
