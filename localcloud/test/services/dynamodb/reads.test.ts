import {
  CreateTableCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import { expectError, number, startDynamoDb, text, type DynamoDbHarness } from "./harness";

const TableName = "Orders";
const ofAda = {
  KeyConditionExpression: "customer = :c",
  ExpressionAttributeValues: { ":c": text("Ada") },
};

describe("DynamoDB queries and scans", () => {
  let h: DynamoDbHarness;
  before(async () => {
    h = await startDynamoDb();
    const index = (IndexName: string, hash: string, range: string) => ({
      IndexName,
      KeySchema: [
        { AttributeName: hash, KeyType: "HASH" as const },
        { AttributeName: range, KeyType: "RANGE" as const },
      ],
      Projection: { ProjectionType: "INCLUDE" as const, NonKeyAttributes: ["state"] },
    });
    await h.client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: ["customer", "id", "day"].map((AttributeName) => ({
          AttributeName,
          AttributeType: "S",
        })),
        KeySchema: index("", "customer", "id").KeySchema,
        LocalSecondaryIndexes: [index("by-day", "customer", "day")],
        GlobalSecondaryIndexes: [index("of-day", "day", "id")],
      }),
    );
    for (const n of [1, 2, 3]) {
      const Item = {
        customer: text("Ada"),
        id: text(String(n)),
        day: text("monday"),
        state: text("open"),
        price: number(n),
        notes: { L: [text("a"), text("b")] },
      };
      await h.client.send(new PutItemCommand({ TableName, Item }));
    }
  });
  after(() => h.close());

  const query = (more: Partial<QueryCommandInput>) =>
    h.client.send(new QueryCommand({ TableName, ...ofAda, ...more }));

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.Projections
  it("read attributes from the table that a query of a local index requests and the index lacks", async () => {
    const { Items } = await query({ IndexName: "by-day", ProjectionExpression: "id, price" });
    expect(Items).to.have.deep.members(
      [1, 2, 3].map((n) => ({ id: text(`${n}`), price: number(n) })),
    );
    const nested = await query({ IndexName: "by-day", ProjectionExpression: "notes[1]" });
    expect(nested.Items?.[0]).to.deep.equal({ notes: { L: [text("b")] } });
    const legacy = await query({ IndexName: "by-day", AttributesToGet: ["price"], ...LEGACY });
    expect(legacy.Items).to.deep.include({ price: number(3) });
    const held = await query({ IndexName: "by-day", ProjectionExpression: "#s", ...NAMES });
    expect(held.Items?.[0]).to.deep.equal({ state: text("open") });
  });

  it("refuse attributes that a global index does not project, and name them", async () => {
    const asked = { IndexName: "of-day", ProjectionExpression: "id, price, notes[0]" };
    const ofDay = {
      KeyConditionExpression: "#d = :d",
      ExpressionAttributeNames: { "#d": "day" },
      ExpressionAttributeValues: { ":d": text("monday") },
    };
    const says =
      "One or more parameter values were invalid: Global secondary index of-day does not project [price, notes]";
    await expectError(query({ ...asked, ...ofDay }), "ValidationException", says);
    const scan = h.client.send(new ScanCommand({ TableName, ...asked }));
    await expectError(scan, "ValidationException", says);
    const { Count } = await query({ IndexName: "of-day", ...ofDay, ProjectionExpression: "id" });
    expect(Count).to.equal(3);
  });

  // Recorded from AWS: a query reports it as a validation error of its model, a scan does not.
  const selections: [Partial<QueryCommandInput>, string][] = [
    [
      { Select: "SPECIFIC_ATTRIBUTES" },
      "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES",
    ],
    [
      { Select: "COUNT", ProjectionExpression: "id" },
      "Cannot specify the ProjectionExpression when choosing to get only the Count",
    ],
    [
      { Select: "ALL_ATTRIBUTES", ProjectionExpression: "id" },
      "Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES",
    ],
    [
      { Select: "ALL_PROJECTED_ATTRIBUTES" },
      "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName",
    ],
  ];
  for (const [given, says] of selections)
    it(`refuse ${JSON.stringify(given)}`, async () => {
      const envelope = `1 validation error detected: ${says}`;
      await expectError(query(given), "ValidationException", envelope);
      const { Select, ProjectionExpression } = given;
      const scan = new ScanCommand({ TableName, Select, ProjectionExpression });
      await expectError(h.client.send(scan), "ValidationException", says);
    });

  it("refuse a first segment without the number of segments", async () => {
    const scan = h.client.send(new ScanCommand({ TableName, Segment: 0 }));
    const says =
      "The TotalSegments parameter is required but was not present in the request when Segment parameter is present";
    await expectError(scan, "ValidationException", says);
  });
});

/** The key condition in the legacy syntax of 2012. */
const LEGACY = {
  KeyConditionExpression: undefined,
  ExpressionAttributeValues: undefined,
  KeyConditions: {
    customer: { ComparisonOperator: "EQ" as const, AttributeValueList: [text("Ada")] },
  },
};
const NAMES = { ExpressionAttributeNames: { "#s": "state" } };
