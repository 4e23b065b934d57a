import type { ConsumedCapacity } from "@aws-sdk/client-dynamodb";

/** Capacity that one operation consumed, as dynalite reports it. */
export interface Consumed {
  readonly TableName?: string;
  readonly CapacityUnits?: number;
}

/** A transaction performs each operation twice. */
const TRANSACTION_FACTOR = 2;

/** Returns the consumed capacity of a transaction by table. */
export function consumedByTable(parts: readonly Consumed[]): ConsumedCapacity[] {
  const units = new Map<string, number>();
  for (const { TableName = "", CapacityUnits = 0 } of parts)
    units.set(TableName, (units.get(TableName) ?? 0) + CapacityUnits * TRANSACTION_FACTOR);
  return [...units].map(([TableName, CapacityUnits]) => ({ TableName, CapacityUnits }));
}
