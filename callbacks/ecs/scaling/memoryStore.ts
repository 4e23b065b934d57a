import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

export const deploymentOnlyModule = true;

/** The table of a scaler. */
export interface MemoryStore {
  readonly dynamodb: DynamoDBClient;
  readonly tableName: string;
}

/** Partition key of all items of a scaler. */
export const SCALER_ID = "scaler";
export const STATE_PART = "state";
/** Prefix of the sort keys of the audit records; their time follows. */
export const DECISION_PART = "decision#";

/** Returns the key of an item of a scaler. */
export function keyOf(part: string) {
  return { id: { S: SCALER_ID }, part: { S: part } };
}
