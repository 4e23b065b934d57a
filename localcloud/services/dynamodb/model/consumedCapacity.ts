import type { ConsumedCapacity } from "@aws-sdk/client-dynamodb";
import { itemBytes, type Item } from "./attributeValues";

/** Capacity that one operation consumed, as dynalite reports it. */
export interface Consumed {
  readonly TableName?: string;
  readonly CapacityUnits?: number;
}

/** A transaction performs each operation twice. */
const TRANSACTION_FACTOR = 2;

/**
 * Bytes of a unit.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
export const READ_UNIT = 4096;
export const WRITE_UNIT = 1024;

/** Returns the units of an operation on an item; one that does not exist counts as one unit, too. */
export function unitsOf(item: Item | undefined, unit: number): number {
  return Math.max(1, Math.ceil(itemBytes(item ?? {}) / unit));
}

/**
 * Returns the consumed capacity of a transaction by table. Of the operations, only transactions tell whether the units
 * are for reads or for writes.
 */
export function consumedByTable(
  detail: string | undefined,
  kind: "Read" | "Write",
  parts: readonly Consumed[],
): { ConsumedCapacity?: ConsumedCapacity[] } {
  if (detail !== "TOTAL" && detail !== "INDEXES") return {};
  const units = new Map<string, number>();
  for (const { TableName = "", CapacityUnits = 0 } of parts)
    units.set(TableName, (units.get(TableName) ?? 0) + CapacityUnits * TRANSACTION_FACTOR);
  return {
    ConsumedCapacity: [...units].map(([TableName, CapacityUnits]) => {
      const capacity = { CapacityUnits, [`${kind}CapacityUnits`]: CapacityUnits };
      return { TableName, ...capacity, ...(detail === "INDEXES" && { Table: capacity }) };
    }),
  };
}
