import { GetItemCommand, QueryCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import {
  expiresAt,
  type Item,
  keyOf,
  OCCURRENCES,
  occurrenceOf,
  putNew,
  type RunsTable,
} from "./items";
import type { Occurrence, RunStore } from "./runStore";

export const deploymentOnlyModule = true;

/** Creates the part of the store with the occurrences: when a job was due, its hosts, and its results. */
export function occurrenceRecords(
  table: RunsTable,
): Pick<RunStore, "begin" | "occurrence" | "sent" | "sentWave" | "close" | "occurrences"> {
  const { dynamodb, TableName } = table;
  const set = async (id: string, name: string, value: Item[string]): Promise<void> => {
    await dynamodb.send(
      new UpdateItemCommand({
        TableName,
        Key: keyOf(OCCURRENCES, id),
        UpdateExpression: "SET #name = :value",
        ExpressionAttributeNames: { "#name": name },
        ExpressionAttributeValues: { ":value": value },
      }),
    );
  };
  const find = async (id: string): Promise<Occurrence | undefined> => {
    const Key = keyOf(OCCURRENCES, id);
    const { Item } = await dynamodb.send(
      new GetItemCommand({ TableName, Key, ConsistentRead: true }),
    );
    return Item && occurrenceOf(Item);
  };
  return {
    async begin(occurrence, now) {
      const { id, sent: _sent, ...rest } = occurrence;
      const Key = keyOf(OCCURRENCES, id);
      const text = { S: JSON.stringify(rest) };
      if (await putNew(table, { ...Key, occurrence: text, ...expiresAt(table, now) }))
        return undefined;
      return find(id);
    },
    occurrence: find,
    sent: (id) => set(id, "sent", { BOOL: true }),
    sentWave: (id, wave) => set(id, "wave", { N: String(wave) }),
    close: (id, counts) => set(id, "counts", { S: JSON.stringify(counts) }),
    async occurrences(last): Promise<Occurrence[]> {
      const found: Occurrence[] = [];
      let next: Item | undefined;
      // An answer ends after 1 MB, and an occurrence contains the ids of its hosts.
      // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
      do {
        const { Items = [], LastEvaluatedKey } = await dynamodb.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: "id = :id",
            ExpressionAttributeValues: { ":id": { S: OCCURRENCES } },
            ScanIndexForward: false,
            ConsistentRead: true,
            Limit: last - found.length,
            ExclusiveStartKey: next,
          }),
        );
        found.push(...Items.map(occurrenceOf));
        next = LastEvaluatedKey;
      } while (next && found.length < last);
      return found;
    },
  };
}
