import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import { rootPrincipal } from "../../../core/principal";
import type { AccessCheck } from "../../../core/service";
import { dynamodb } from "../../../services/dynamodb";
import { DynamoDbStore } from "../../../services/dynamodb/store";
import { attributesIn, equalityIn } from "../../../services/dynamodb/model/expressionNames";
import { arnOf, COMMENTS, startDynamoDb, text, type DynamoDbHarness } from "./harness";

const ACCOUNT = "123456789012";
const REGION = "eu-west-1";

describe("DynamoDB permissions", () => {
  let h: DynamoDbHarness;
  beforeEach(async () => {
    h = await startDynamoDb();
    await h.client.send(new CreateTableCommand(COMMENTS));
  });
  afterEach(() => h.close());

  /** Returns the IAM checks of a call, successful or not. */
  const checksOf = async (operation: string, input: object) => {
    const after = h.cloud.recorder.last;
    await h.cloud
      .call({
        service: "dynamodb",
        operation,
        input,
        principal: rootPrincipal(ACCOUNT),
        region: REGION,
      })
      .catch(() => undefined);
    const [call] = h.cloud.recorder.find({ service: "dynamodb", operation, after });
    return call.checks;
  };

  const TableName = "Comments";
  const Key = { commentId: text("1") };

  it("check the action on the table, by name or ARN", async () => {
    const expected = [{ action: "dynamodb:GetItem", resource: arnOf(TableName) }];
    expect(await checksOf("GetItem", { TableName, Key })).to.deep.equal(expected);
    expect(await checksOf("GetItem", { TableName: arnOf(TableName), Key })).to.deep.equal(expected);
  });

  it("check only the index when an index is read", async () => {
    const resource = `${arnOf(TableName)}/index/pageId-index`;
    const query = { TableName, IndexName: "pageId-index", KeyConditionExpression: "pageId = :p" };
    expect(await checksOf("Query", query)).to.deep.equal([{ action: "dynamodb:Query", resource }]);
    expect(await checksOf("Scan", { TableName, IndexName: "pageId-index" })).to.deep.equal([
      { action: "dynamodb:Scan", resource },
    ]);
  });

  it("are checked once for each table of a batch and for each action of a transaction", async () => {
    const batch = { RequestItems: { [TableName]: { Keys: [Key] }, Other: { Keys: [Key] } } };
    expect(await checksOf("BatchGetItem", batch)).to.deep.equal([
      { action: "dynamodb:BatchGetItem", resource: arnOf(TableName) },
      { action: "dynamodb:BatchGetItem", resource: arnOf("Other") },
    ]);
    const TransactItems = [
      { Put: { TableName, Item: Key } },
      { Update: { TableName, Key, UpdateExpression: "REMOVE x" } },
      { Delete: { TableName, Key } },
      { ConditionCheck: { TableName, Key, ConditionExpression: "attribute_exists(x)" } },
    ];
    const actions = (await checksOf("TransactWriteItems", { TransactItems })).map(
      ({ action }) => action,
    );
    expect(actions).to.deep.equal([
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
      "dynamodb:DeleteItem",
      "dynamodb:ConditionCheckItem",
    ]);
  });

  describe("condition keys", () => {
    const contextOf = async (operation: string, input: object): Promise<AccessCheck["context"]> => {
      const scope = { region: REGION, accountId: ACCOUNT, clock: h.cloud.clock, cloud: h.cloud };
      const store = new DynamoDbStore(scope);
      const context = { ...scope, store, requestId: "r", principal: rootPrincipal(ACCOUNT) };
      await dynamodb.operations.CreateTable.run(COMMENTS as never, context);
      // The table of operations loses the input types.
      const [check] = dynamodb.operations[operation].access?.(input as never, context) ?? [];
      await store.close();
      return check.context;
    };

    it("contain the partition keys of a request", async () => {
      expect(await contextOf("GetItem", { TableName, Key })).to.deep.include({
        "dynamodb:LeadingKeys": ["1"],
      });
      const query = {
        TableName,
        IndexName: "pageId-index",
        KeyConditionExpression: "#p = :p AND createdAt > :t",
        ExpressionAttributeNames: { "#p": "pageId" },
        ExpressionAttributeValues: { ":p": text("home"), ":t": { N: "1" } },
      };
      expect(await contextOf("Query", query)).to.deep.include({
        "dynamodb:LeadingKeys": ["home"],
        "dynamodb:Attributes": ["pageId", "createdAt"],
      });
    });

    it("contain every attribute that is written or read", async () => {
      const update = {
        TableName,
        Key,
        UpdateExpression: "SET #u.#f = :v, visits = if_not_exists(visits, :v) REMOVE tags[0]",
        ConditionExpression: "attribute_exists(pageId) AND size(message) > :v",
        ExpressionAttributeNames: { "#u": "user", "#f": "first" },
        ReturnValues: "ALL_NEW",
      };
      const context = await contextOf("UpdateItem", update);
      expect([...(context?.["dynamodb:Attributes"] ?? [])].sort()).to.deep.equal([
        "commentId",
        "message",
        "pageId",
        "tags",
        "user",
        "visits",
      ]);
      expect(context).to.include({ "dynamodb:ReturnValues": "ALL_NEW" });
    });
  });

  it("find the names in an expression", () => {
    expect(attributesIn("a.b.c, #x[1].d, e", { "#x": "f" })).to.deep.equal(["a", "f", "e"]);
    expect(attributesIn("size (a) BETWEEN :x AND :y and NOT contains(b, :z)")).to.deep.equal([
      "a",
      "b",
    ]);
    expect(equalityIn(":v = pk AND sk = :s", "pk", {}, { ":v": text("x") })).to.deep.equal(
      text("x"),
    );
    expect(equalityIn("pk <> :v", "pk", {}, { ":v": text("x") })).to.equal(undefined);
  });
});
