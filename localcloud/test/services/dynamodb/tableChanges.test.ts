import {
  CreateTableCommand,
  DescribeTableCommand,
  PutItemCommand,
  UpdateTableCommand,
  type CreateTableCommandInput,
  type GlobalSecondaryIndexUpdate,
  type Projection,
  type UpdateTableCommandInput,
} from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import { expectError, simpleTable, startDynamoDb, text, type DynamoDbHarness } from "./harness";

const INVALID = "One or more parameter values were invalid: ";
const PROJECTION = {
  include: `${INVALID}ProjectionType is INCLUDE, but NonKeyAttributes is not specified`,
  keysOnly: `${INVALID}ProjectionType is KEYS_ONLY, but NonKeyAttributes is specified`,
};

// Recorded on AWS: https://github.com/paritysuite/dynamodb-conformance and
// https://github.com/architect/dynalite/blob/main/test/updateTable.js
describe("DynamoDB changes tables as AWS does:", () => {
  let h: DynamoDbHarness;
  let TableName: string;
  before(async () => {
    h = await startDynamoDb();
    TableName = await simpleTable(h);
  });
  after(() => h.close());

  const update = (input: Partial<UpdateTableCommandInput>) =>
    h.client.send(new UpdateTableCommand({ TableName, ...input }));
  const create = (input: Partial<CreateTableCommandInput>) =>
    h.client.send(
      new CreateTableCommand({
        TableName: "created",
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        ...input,
      }),
    );
  const index = (AttributeName: string, more: Projection = { ProjectionType: "ALL" }) => ({
    IndexName: `by-${AttributeName}`,
    KeySchema: [{ AttributeName, KeyType: "HASH" as const }],
    Projection: more,
  });
  const added = (...names: string[]): GlobalSecondaryIndexUpdate[] =>
    names.map((name) => ({ Create: index(name) }));

  it("a new index needs the definitions of its keys in the request", async () => {
    await expectError(
      update({ GlobalSecondaryIndexUpdates: added("id") }),
      "ValidationException",
      `${INVALID}Some index key attributes are not defined in AttributeDefinitions. Keys: [id], AttributeDefinitions: []`,
    );
  });

  it("another type for a key that exists is ignored", async () => {
    await update({
      AttributeDefinitions: [
        { AttributeName: "id", AttributeType: "N" },
        { AttributeName: "group", AttributeType: "S" },
      ],
      GlobalSecondaryIndexUpdates: added("group"),
    });
    const { Table } = await h.client.send(new DescribeTableCommand({ TableName }));
    expect(Table?.AttributeDefinitions).to.deep.equal([
      { AttributeName: "id", AttributeType: "S" },
      { AttributeName: "group", AttributeType: "S" },
    ]);
    await h.client.send(new PutItemCommand({ TableName, Item: { id: text("a") } }));
  });

  for (const [projection, message] of [
    [{ ProjectionType: "INCLUDE" }, PROJECTION.include],
    [{ ProjectionType: "KEYS_ONLY", NonKeyAttributes: ["a"] }, PROJECTION.keysOnly],
    [{}, `${INVALID}Unknown ProjectionType: null`],
  ] as const)
    it(`the projection ${JSON.stringify(projection)} is refused, of a new table and of a new index`, async () => {
      const AttributeDefinitions = [{ AttributeName: "id", AttributeType: "S" as const }];
      const GlobalSecondaryIndexes = [index("id", projection as Projection)];
      await expectError(create({ GlobalSecondaryIndexes }), "ValidationException", message);
      await expectError(
        update({
          AttributeDefinitions,
          GlobalSecondaryIndexUpdates: [{ Create: GlobalSecondaryIndexes[0] }],
        }),
        "ValidationException",
        message,
      );
    });

  it("a stream that is not enabled has no view type", async () => {
    const StreamSpecification = { StreamEnabled: false, StreamViewType: "NEW_IMAGE" as const };
    for (const wrong of [create({ StreamSpecification }), update({ StreamSpecification })])
      await expectError(wrong, "ValidationException", /StreamViewType/);
  });

  const wrong: readonly [what: string, input: Partial<UpdateTableCommandInput>, message: RegExp][] =
    [
      ["an empty list of updates", { GlobalSecondaryIndexUpdates: [] }, /^At least one of /],
      ["an update of nothing", { GlobalSecondaryIndexUpdates: [{}] }, /Delete must not be null$/],
      [
        "two updates of one index",
        {
          GlobalSecondaryIndexUpdates: ["abc", "abc"].map((IndexName) => ({
            Delete: { IndexName },
          })),
        },
        /Only one global secondary index update per index is allowed simultaneously\. Index: abc$/,
      ],
      [
        "too much capacity",
        { ProvisionedThroughput: { ReadCapacityUnits: 1e12 + 1, WriteCapacityUnits: 1 } },
        /^Given value 1000000000001 for ReadCapacityUnits is out of bounds$/,
      ],
    ];
  for (const [what, input, message] of wrong)
    it(`${what} is refused before the table is looked up`, () =>
      expectError(
        h.client.send(new UpdateTableCommand({ TableName: "missing", ...input })),
        "ValidationException",
        message,
      ));
});
