import { CreateTableCommand, DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import { type AuditRecord, recall, remember } from "../../../../callbacks/ecs/scaling/memory";
import {
  DECISION_PART,
  type MemoryStore,
  SCALER_ID,
} from "../../../../callbacks/ecs/scaling/memoryStore";
import { startCloud, type Cloud } from "../../../../localcloud/cloud/cloud";
import { rootAccess } from "../../../../localcloud/testing";

const AT = Date.parse("2026-03-01T12:00:00.002Z");

describe("the memory of an EcsTaskScaler", () => {
  let cloud: Cloud;
  let store: MemoryStore;
  before(async () => {
    cloud = await startCloud({ clock: "manual" });
    store = { dynamodb: new DynamoDBClient(rootAccess(cloud)), tableName: "scaler" };
    await store.dynamodb.send(
      new CreateTableCommand({
        TableName: "scaler",
        AttributeDefinitions: [
          { AttributeName: "id", AttributeType: "S" },
          { AttributeName: "part", AttributeType: "S" },
        ],
        KeySchema: [
          { AttributeName: "id", KeyType: "HASH" },
          { AttributeName: "part", KeyType: "RANGE" },
        ],
        BillingMode: "PAY_PER_REQUEST",
      }),
    );
    await cloud.clock.advance(60_000);
  });
  after(async () => {
    store.dynamodb.destroy();
    await cloud.close();
  });

  const noted = (outcome: AuditRecord["outcome"], from: number, to: number): AuditRecord => ({
    ...{ at: AT, woken: "tick", outcome, from, to, wanted: to, min: 1, max: 6, basis: AT },
    ...{ values: {}, why: "", again: false, noCapacity: false },
  });

  /** Returns the outcomes of the records, in the order of their keys. */
  async function outcomes(): Promise<(string | undefined)[]> {
    const { Items = [] } = await store.dynamodb.send(
      new QueryCommand({
        TableName: store.tableName,
        KeyConditionExpression: "id = :id AND begins_with(part, :part)",
        ExpressionAttributeValues: { ":id": { S: SCALER_ID }, ":part": { S: DECISION_PART } },
      }),
    );
    return Items.map(({ outcome }) => outcome.S);
  }

  it("keeps each record of evaluations that begin in the same millisecond, in the order of their writes", async () => {
    const changes = [{ at: AT, from: 1, to: 2, basis: AT }];
    const change = { version: 0, remembered: { changes, ticking: { minute: true, slow: false } } };
    expect(await remember(store, noted("changed", 1, 2), change)).to.equal(true);
    const unchanged = { remembered: undefined };
    expect(await remember(store, noted("kept", 2, 2), { version: 1, ...unchanged })).to.equal(true);
    expect(await remember(store, noted("kept", 1, 1), { version: 0, ...unchanged })).to.equal(true);
    expect(await outcomes()).to.deep.equal(["kept", "changed", "kept"]);
  });

  it("is not written by an evaluation that another has overtaken", async () => {
    const { version, changes } = await recall(store);
    expect([version, changes.map(({ to }) => to)]).to.deep.equal([1, [2]]);
    const late = {
      version: 0,
      remembered: { changes: [], ticking: { minute: false, slow: false } },
    };
    expect(await remember(store, noted("changed", 1, 3), late)).to.equal(false);
    expect((await recall(store)).version).to.equal(1);
    expect(await outcomes()).to.have.length(3);
  });
});
