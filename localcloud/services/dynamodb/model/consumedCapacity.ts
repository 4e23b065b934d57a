import type { ConsumedCapacity } from "@aws-sdk/client-dynamodb";

/** What one operation consumed, as dynalite says. */
export interface Consumed {
  readonly TableName?: string;
  readonly CapacityUnits?: number;
}

/** A transaction does the work of each operation twice. */
const TRANSACTION_FACTOR = 2;

/** Sums of a transaction by table. */
export function consumedByTable(parts: readonly Consumed[]): ConsumedCapacity[] {
  const units = new Map<string, number>();
  for (const { TableName = "", CapacityUnits = 0 } of parts)
    units.set(TableName, (units.get(TableName) ?? 0) + CapacityUnits * TRANSACTION_FACTOR);
  return [...units].map(([TableName, CapacityUnits]) => ({ TableName, CapacityUnits }));
}
