import { PutItemCommand, QueryCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import { createRequire } from "node:module";
import { queryObjects } from "node:v8";
import { type DynamoDbHarness, simpleTable, startDynamoDb } from "./harness";

/** The database in which dynalite stores its items. */
interface MemoryLevel {
  open(): Promise<void>;
  close(): Promise<void>;
  values(): object;
}

describe("What DynamoDB has read", () => {
  let h: DynamoDbHarness;
  before(async () => {
    h = await startDynamoDb();
  });
  after(() => h.close());

  it("leaves no iterator in the database, of queries, scans and pages", async () => {
    const TableName = await simpleTable(h);
    for (const id of ["a", "b", "c"])
      await h.client.send(new PutItemCommand({ TableName, Item: { id: { S: id } } }));
    const query = new QueryCommand({
      TableName,
      KeyConditionExpression: "id = :id",
      ExpressionAttributeValues: { ":id": { S: "a" } },
    });
    const readAll = async (): Promise<void> => {
      await h.client.send(query);
      await h.client.send(new ScanCommand({ TableName }));
      await h.client.send(new ScanCommand({ TableName, Limit: 1 }));
    };
    await readAll();
    const before = await iterators();
    for (let time = 0; time < 20; time++) await readAll();
    expect((await iterators()) - before).to.be.below(20);
  });
});

/** Returns the number of live iterators, after a garbage collection. */
async function iterators(): Promise<number> {
  const require = createRequire(createRequire(__filename).resolve("dynalite/db"));
  const { MemoryLevel } = require("memory-level") as { MemoryLevel: new () => MemoryLevel };
  const level = new MemoryLevel();
  // Before the database is open, its iterators have another class.
  await level.open();
  const Iterator = level.values().constructor as new () => object;
  await level.close();
  return queryObjects(Iterator, { format: "count" });
}
