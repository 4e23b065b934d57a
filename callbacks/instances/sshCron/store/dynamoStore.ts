import { type DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { systemDeps } from "../../../deps";
import { hostKeyRecords } from "./hostKeys";
import { CRON, keyOf, type RunsTable } from "./items";
import { occurrenceRecords } from "./occurrences";
import { runRecords } from "./runs";
import type { RunStore } from "./runStore";

export const deploymentOnlyModule = true;

/** Creates the store of a cron's runs, in its table. */
export function dynamoStore(
  dynamodb: DynamoDBClient,
  TableName: string,
  recordDays: number,
  deps: RunsTable["deps"] = systemDeps,
): RunStore {
  const table: RunsTable = { dynamodb, TableName, recordDays, deps };
  return {
    ...runRecords(table),
    ...hostKeyRecords(table),
    ...occurrenceRecords(table),
    async recall(name) {
      const Key = keyOf(CRON, name);
      const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key }));
      return Item?.text?.S;
    },
    async keep(name, text) {
      const Item = { ...keyOf(CRON, name), text: { S: text } };
      await dynamodb.send(new PutItemCommand({ TableName, Item }));
    },
  };
}
