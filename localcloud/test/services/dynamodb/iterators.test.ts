import { PutItemCommand, QueryCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import { createRequire } from "node:module";
import { until } from "../../support/until";
import { type DynamoDbHarness, simpleTable, startDynamoDb } from "./harness";

/** The part of the database in which dynalite stores its items: it keeps every open iterator until that closes. */
interface Level {
  attachResource(resource: object): void;
  detachResource(resource: object): void;
}

/** Counts the iterators of every database of this process. */
class OpenIterators {
  readonly open = new Set<object>();
  opened = 0;
  private readonly level = levelPrototype();
  private readonly original = { ...pick(this.level) };

  watch(): void {
    const { open, original } = this;
    const opens = (): void => void (this.opened += 1);
    this.level.attachResource = function (resource) {
      open.add(resource);
      opens();
      original.attachResource.call(this, resource);
    };
    this.level.detachResource = function (resource) {
      open.delete(resource);
      original.detachResource.call(this, resource);
    };
  }

  forget(): void {
    Object.assign(this.level, this.original);
  }
}

function pick({ attachResource, detachResource }: Level): Level {
  return { attachResource, detachResource };
}

/** Returns the class from which dynalite's databases inherit. */
function levelPrototype(): Level {
  const require = createRequire(createRequire(__filename).resolve("dynalite/db"));
  const { MemoryLevel } = require("memory-level") as { MemoryLevel: new () => Level };
  return Object.getPrototypeOf(MemoryLevel.prototype) as Level;
}

describe("What DynamoDB has read", () => {
  let h: DynamoDbHarness;
  const iterators = new OpenIterators();
  before(async () => {
    iterators.watch();
    h = await startDynamoDb();
  });
  after(async () => {
    await h.close();
    iterators.forget();
  });

  it("leaves no iterator in the database, of queries, scans and pages", async () => {
    const TableName = await simpleTable(h);
    for (const id of ["a", "b", "c"])
      await h.client.send(new PutItemCommand({ TableName, Item: { id: { S: id } } }));
    const query = new QueryCommand({
      TableName,
      KeyConditionExpression: "id = :id",
      ExpressionAttributeValues: { ":id": { S: "a" } },
    });
    const opened = iterators.opened;
    for (let time = 0; time < 20; time++) {
      await h.client.send(query);
      await h.client.send(new ScanCommand({ TableName }));
      await h.client.send(new ScanCommand({ TableName, Limit: 1 }));
    }
    expect(iterators.opened - opened).to.be.at.least(60);
    await until("every iterator is closed", () => iterators.open.size === 0);
  });
});
