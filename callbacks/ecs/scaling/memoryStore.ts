import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

export const deploymentOnlyModule = true;

/** The table of a scaler. */
export interface MemoryStore {
  readonly dynamodb: DynamoDBClient;
  readonly tableName: string;
}

/** Key of everything that a scaler has in its table. */
export const SCALER_ID = "scaler";
export const STATE_PART = "state";
/** Parts of the audit records begin so, and go on with their time. */
export const DECISION_PART = "decision#";
