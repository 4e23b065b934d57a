import {
  BatchGetItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { Pin } from "../ssh/hostKeys";
import { HOST, keyOf, putNew, type RunsTable } from "./items";
import type { RunStore } from "./runStore";

export const deploymentOnlyModule = true;

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const MOST_KEYS = 100;

/** Creates the part of the store with the trusted host keys, by host id. */
export function hostKeyRecords(
  table: RunsTable,
): Pick<RunStore, "pins" | "known" | "rememberPins"> {
  const { dynamodb, TableName } = table;
  return {
    async pins(host) {
      const Key = keyOf(HOST + host, "keys");
      const { Item } = await dynamodb.send(
        new GetItemCommand({ TableName, Key, ConsistentRead: true }),
      );
      return JSON.parse(Item?.pins?.S ?? "[]") as Pin[];
    },
    async known(hosts) {
      const found = new Set<string>();
      let Keys = hosts.map((host) => keyOf(HOST + host, "keys"));
      while (Keys.length > 0) {
        const asked = Keys.slice(0, MOST_KEYS);
        const RequestItems = { [TableName]: { Keys: asked, ProjectionExpression: "id" } };
        const answer = await dynamodb.send(new BatchGetItemCommand({ RequestItems }));
        for (const { id } of answer.Responses?.[TableName] ?? [])
          found.add(id?.S?.slice(HOST.length) ?? "");
        const left = answer.UnprocessedKeys?.[TableName]?.Keys ?? [];
        Keys = [...Keys.slice(MOST_KEYS), ...left];
      }
      return found;
    },
    async rememberPins(host, pins, source, now) {
      await putNew(table, {
        ...keyOf(HOST + host, "keys"),
        pins: { S: JSON.stringify(pins) },
        source: { S: source },
        at: { S: new Date(now).toISOString() },
      });
    },
  };
}

/** Forgets the keys of a host: the next occurrence learns them again. */
export async function forgetPins(
  dynamodb: DynamoDBClient,
  table: string,
  host: string,
): Promise<void> {
  const Key = keyOf(HOST + host, "keys");
  await dynamodb.send(new DeleteItemCommand({ TableName: table, Key }));
}
