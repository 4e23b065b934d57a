import type { ScanCommandOutput } from "@aws-sdk/client-dynamodb";
import type { DynamoDbStore } from "../store";
import type { WireItem } from "./attributeValues";
import type { Table } from "./table";

/** Cloud time between two sweeps. AWS deletes within a few days; items stay readable until then. */
export const SWEEP_INTERVAL_MS = 10 * 60_000;

/**
 * Older expiry times are considered mistakes and ignored.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ttl-expired-items.html
 */
const OLDEST_EXPIRY_SECONDS = 5 * 365 * 86_400;

/** Deletes items whose time to live has expired. */
export async function sweepExpired(store: DynamoDbStore, table: Table): Promise<void> {
  if (table.timeToLive === undefined) return;
  const now = Math.floor(store.clock.now() / 1000);
  const expired = {
    TableName: table.name,
    FilterExpression: "#ttl BETWEEN :oldest AND :now",
    ExpressionAttributeNames: { "#ttl": table.timeToLive },
    ExpressionAttributeValues: {
      ":oldest": { N: String(now - OLDEST_EXPIRY_SECONDS) },
      ":now": { N: String(now) },
    },
  };
  await store.lock.exclusive(async () => {
    let start: WireItem | undefined;
    do {
      const found = await store.engine.run<ScanPage>("Scan", {
        ...expired,
        ExclusiveStartKey: start,
      });
      for (const item of found.Items) await deleteItem(store, table, item);
      start = found.LastEvaluatedKey;
    } while (start);
  });
}

type ScanPage = Omit<ScanCommandOutput, "Items" | "LastEvaluatedKey"> & {
  Items: WireItem[];
  LastEvaluatedKey?: WireItem;
} & Record<string, unknown>;

async function deleteItem(store: DynamoDbStore, table: Table, item: WireItem): Promise<void> {
  const keys = table.keySchema.map(
    ({ AttributeName = "" }) => [AttributeName, item[AttributeName]] as const,
  );
  await store.engine.run("DeleteItem", { TableName: table.name, Key: Object.fromEntries(keys) });
}
