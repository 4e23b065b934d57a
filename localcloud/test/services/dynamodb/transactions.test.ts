import {
  GetItemCommand,
  PutItemCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type AttributeValue,
  type TransactWriteItem,
  type TransactWriteItemsCommandInput,
} from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import {
  expectError,
  number,
  simpleTable,
  startDynamoDb,
  text,
  type DynamoDbHarness,
} from "./harness";

describe("DynamoDB transactions", () => {
  let h: DynamoDbHarness;
  let TableName: string;
  beforeEach(async () => {
    h = await startDynamoDb();
    TableName = await simpleTable(h, "accounts");
    for (const id of ["ann", "bob"])
      await h.client.send(
        new PutItemCommand({ TableName, Item: { id: text(id), money: number(100) } }),
      );
  });
  afterEach(() => h.close());

  const write = (
    TransactItems: TransactWriteItem[],
    more: Partial<TransactWriteItemsCommandInput> = {},
  ) => h.client.send(new TransactWriteItemsCommand({ TransactItems, ...more }));

  const item = async (id: string): Promise<Record<string, AttributeValue> | undefined> =>
    (await h.client.send(new GetItemCommand({ TableName, Key: { id: text(id) } }))).Item;

  const money = async (id: string): Promise<number> => Number((await item(id))?.money.N);

  const move = (id: string, amount: number): TransactWriteItem => ({
    Update: {
      TableName,
      Key: { id: text(id) },
      UpdateExpression: "SET money = money + :amount",
      ConditionExpression: "money >= :needed",
      ExpressionAttributeValues: { ":amount": number(amount), ":needed": number(-amount) },
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    },
  });

  const receipt = (id: string): TransactWriteItem => ({
    Put: { TableName, Item: { id: text(id) }, ConditionExpression: "attribute_not_exists(id)" },
  });

  // The next three were recorded on AWS: https://github.com/paritysuite/dynamodb-conformance
  it("refuse an empty key as a whole, and cancel for a key of another type", async () => {
    const actions = (id: AttributeValue): TransactWriteItem[] => [
      { Put: { TableName, Item: { id } } },
      { Delete: { TableName, Key: { id } } },
      { ConditionCheck: { TableName, Key: { id }, ConditionExpression: "attribute_exists(id)" } },
      { Update: { TableName, Key: { id }, UpdateExpression: "REMOVE a" } },
    ];
    for (const action of actions(text("")))
      await expectError(
        write([action]),
        "ValidationException",
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id",
      );
    for (const action of actions(number(1)))
      await expectError(write([action]), "TransactionCanceledException", /\[ValidationError\]$/);
  });

  it("report a wrong expression of any action before a missing table", async () => {
    const missing: TransactWriteItem = {
      Put: { TableName: "missing", Item: { id: text("a") } },
    };
    const check = (more: object): TransactWriteItem => ({
      ConditionCheck: {
        TableName,
        Key: { id: text("ann") },
        ConditionExpression: "attribute_exists(id)",
        ...more,
      },
    });
    await expectError(write([missing, check({})]), "ResourceNotFoundException", /not found$/);
    await expectError(
      write([missing, check({ ConditionExpression: "attribute_exists(" })]),
      "ValidationException",
      'Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "("',
    );
    await expectError(
      write([missing, check({ ExpressionAttributeValues: { ":v": text("x") } })]),
      "ValidationException",
      "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}",
    );
  });

  it("count two write units for each action, and read units for a repeated request", async () => {
    const actions: TransactWriteItem[] = [
      { Put: { TableName, Item: { id: text("cat") } } },
      {
        ConditionCheck: {
          TableName,
          Key: { id: text("dan") },
          ConditionExpression: "attribute_not_exists(id)",
        },
      },
    ];
    const more = { ClientRequestToken: "once", ReturnConsumedCapacity: "TOTAL" } as const;
    const first = await write(actions, more);
    expect(first.ConsumedCapacity).to.deep.equal([
      { TableName, CapacityUnits: 4, WriteCapacityUnits: 4 },
    ]);
    const repeated = await write(actions, more);
    expect(repeated.ConsumedCapacity).to.deep.equal([
      { TableName, CapacityUnits: 4, ReadCapacityUnits: 4 },
    ]);
  });

  it("apply every action", async () => {
    await write([
      move("ann", -30),
      move("bob", 30),
      receipt("r1"),
      { Delete: { TableName, Key: { id: text("absent") } } },
    ]);
    expect([await money("ann"), await money("bob")]).to.deep.equal([70, 130]);
    expect(await item("r1")).to.deep.equal({ id: text("r1") });
  });

  it("apply nothing when one condition fails, and report which", async () => {
    const error = await expectError(
      write([receipt("r1"), move("ann", -101), move("bob", 101)]),
      "TransactionCanceledException",
      "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, None]",
    );
    expect(error.CancellationReasons).to.deep.equal([
      { Code: "None" },
      {
        Code: "ConditionalCheckFailed",
        Message: "The conditional request failed",
        Item: { id: text("ann"), money: number(100) },
      },
      { Code: "None" },
    ]);
    expect([await money("ann"), await money("bob")]).to.deep.equal([100, 100]);
    expect(await item("r1")).to.equal(undefined);
  });

  it("roll back when a later action cannot be applied", async () => {
    const wrong: TransactWriteItem = {
      Update: {
        TableName,
        Key: { id: text("bob") },
        UpdateExpression: "SET copied = nowhere",
      },
    };
    const error = await expectError(
      write([receipt("r1"), { Delete: { TableName, Key: { id: text("ann") } } }, wrong]),
      "TransactionCanceledException",
      /\[None, None, ValidationError\]$/,
    );
    expect(error.CancellationReasons).to.deep.include({
      Code: "ValidationError",
      Message: "The provided expression refers to an attribute that does not exist in the item",
    });
    expect(await money("ann")).to.equal(100);
    expect(await item("r1")).to.equal(undefined);
  });

  it("check the condition of an item that they do not change", async () => {
    const check = (id: string): TransactWriteItem => ({
      ConditionCheck: {
        TableName,
        Key: { id: text(id) },
        ConditionExpression: "attribute_exists(id)",
      },
    });
    await write([check("bob"), move("ann", 1)]);
    expect([await money("ann"), await money("bob")]).to.deep.equal([101, 100]);
    await expectError(
      write([check("carl"), move("ann", 1)]),
      "TransactionCanceledException",
      /\[ConditionalCheckFailed, None\]$/,
    );
    expect(await money("ann")).to.equal(101);
  });

  it("run once for a ClientRequestToken, for ten minutes", async () => {
    const once = { ClientRequestToken: "token" };
    await write([move("ann", 1)], once);
    await write([move("ann", 1)], once);
    expect(await money("ann")).to.equal(101);
    await expectError(
      write([move("ann", 2)], once),
      "IdempotentParameterMismatchException",
      /different parameters/,
    );
    await h.cloud.clock.advance(600_000);
    await write([move("ann", 2)], once);
    expect(await money("ann")).to.equal(103);
  });

  it("can run again with a token whose transaction was cancelled", async () => {
    const once = { ClientRequestToken: "token" };
    await expectError(write([move("ann", -200)], once), "TransactionCanceledException", /./);
    await h.client.send(
      new PutItemCommand({ TableName, Item: { id: text("ann"), money: number(200) } }),
    );
    await write([move("ann", -200)], once);
    expect(await money("ann")).to.equal(0);
  });

  it("keep the sum right among concurrent transactions and writes", async () => {
    const transfers = Array.from({ length: 40 }, (_, i) =>
      write(i % 2 ? [move("ann", -1), move("bob", 1)] : [move("bob", -2), move("ann", 2)]),
    );
    const seen: number[] = [];
    const reads = Array.from({ length: 20 }, async () => {
      const both = await h.client.send(
        new TransactGetItemsCommand({
          TransactItems: ["ann", "bob"].map((id) => ({
            Get: { TableName, Key: { id: text(id) } },
          })),
        }),
      );
      seen.push((both.Responses ?? []).reduce((sum, { Item }) => sum + Number(Item?.money.N), 0));
    });
    await Promise.all([...transfers, ...reads]);
    expect(seen).to.deep.equal(Array.from({ length: 20 }, () => 200));
    expect([await money("ann"), await money("bob")]).to.deep.equal([120, 80]);
  });

  it("have at most one action on an item, and 100 in all", async () => {
    await expectError(
      write([move("ann", 1), { Delete: { TableName, Key: { id: text("ann") } } }]),
      "ValidationException",
      "Transaction request cannot include multiple operations on one item",
    );
    await expectError(
      write(Array.from({ length: 101 }, (_, i) => receipt(`r${i}`))),
      "ValidationException",
      /at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100$/,
    );
    await expectError(
      write([{ ...move("ann", 1), ...receipt("r") }]),
      "ValidationException",
      "TransactItems can only contain one of Check, Put, Update or Delete",
    );
  });

  it("report twice the capacity of the single writes", async () => {
    const { ConsumedCapacity } = await write([move("ann", 1), move("bob", 1)], {
      ReturnConsumedCapacity: "TOTAL",
    });
    expect(ConsumedCapacity).to.deep.equal([
      { TableName, CapacityUnits: 4, WriteCapacityUnits: 4 },
    ]);
  });

  it("read several items, with gaps for missing ones", async () => {
    const { Responses } = await h.client.send(
      new TransactGetItemsCommand({
        TransactItems: ["ann", "nobody", "bob"].map((id) => ({
          Get: { TableName, Key: { id: text(id) }, ProjectionExpression: "money" },
        })),
      }),
    );
    expect(Responses).to.deep.equal([
      { Item: { money: number(100) } },
      {},
      { Item: { money: number(100) } },
    ]);
  });

  it("allow no other write between their condition and their effect", async () => {
    const single = Array.from({ length: 30 }, () =>
      h.client.send(
        new UpdateItemCommand({
          TableName,
          Key: { id: text("ann") },
          UpdateExpression: "ADD money :one",
          ExpressionAttributeValues: { ":one": number(1) },
        }),
      ),
    );
    const together = Array.from({ length: 30 }, () => write([move("ann", 1), move("bob", 1)]));
    await Promise.all([...single, ...together]);
    expect([await money("ann"), await money("bob")]).to.deep.equal([160, 130]);
  });
});
