import {
  DeleteItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type AttributeValue,
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

describe("DynamoDB refuses", () => {
  let h: DynamoDbHarness;
  let TableName: string;
  before(async () => {
    h = await startDynamoDb();
    TableName = await simpleTable(h);
  });
  after(() => h.close());

  const long = (bytes: number, rest: string): string => rest + " ".repeat(bytes - rest.length);
  const tooLong = (member: string): string =>
    `Invalid ${member}: Expression size has exceeded the maximum allowed size; expression size: 4097`;
  const scan = (FilterExpression: string, values: Record<string, AttributeValue>) =>
    h.client.send(
      new ScanCommand({ TableName, FilterExpression, ExpressionAttributeValues: values }),
    );

  it("an expression of more than 4096 bytes, in every operation", async () => {
    const ExpressionAttributeValues = { ":v": text("v") };
    await scan(long(4096, "a = :v"), ExpressionAttributeValues);
    await expectError(
      scan(long(4097, "a = :v"), ExpressionAttributeValues),
      "ValidationException",
      tooLong("FilterExpression"),
    );
    const UpdateExpression = long(4097, "SET a = :v");
    const update = { TableName, Key: { id: text("u") }, UpdateExpression };
    await expectError(
      h.client.send(new UpdateItemCommand({ ...update, ExpressionAttributeValues })),
      "ValidationException",
      tooLong("UpdateExpression"),
    );
    const TransactItems = [{ Update: { ...update, ExpressionAttributeValues } }];
    await expectError(
      h.client.send(new TransactWriteItemsCommand({ TransactItems })),
      "ValidationException",
      tooLong("UpdateExpression"),
    );
  });

  it("a list of more than a hundred values, wherever it is in a condition", async () => {
    const values = (count: number): Record<string, AttributeValue> =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`:v${i}`, text(`${i}`)]));
    const within = (count: number): string =>
      `attribute_exists(id) OR NOT a IN (${Object.keys(values(count)).join(", ")})`;
    await scan(within(100), values(100));
    await expectError(
      scan(within(101), values(101)),
      "ValidationException",
      "Invalid FilterExpression: The IN operator is provided with too many operands; number of operands: 101",
    );
    await expectError(
      h.client.send(
        new PutItemCommand({
          TableName,
          Item: { id: text("p") },
          ConditionExpression: within(163),
          ExpressionAttributeValues: values(163),
        }),
      ),
      "ValidationException",
      "Invalid ConditionExpression: The IN operator is provided with too many operands; number of operands: 163",
    );
  });

  // The first two are in issues about DynamoDB, with these words of AWS's.
  for (const [UpdateExpression, token, near] of [
    ["ADD hits : incr", ":", "hits : incr"],
    ["SET a = :v, #, b = :v", "#", ", #,"],
    ["SET a = :v b", "b", ":v b"],
    ["SET a = :v +", "<EOF>", "+"],
    ["= :v", "=", "= :v"],
  ])
    it(`the syntax of ${UpdateExpression}, and shows where it is wrong`, () =>
      expectError(
        h.client.send(
          new UpdateItemCommand({
            TableName,
            Key: { id: text("u") },
            UpdateExpression,
            ExpressionAttributeValues: { ":v": number(1) },
          }),
        ),
        "ValidationException",
        `Invalid UpdateExpression: Syntax error; token: "${token}", near: "${near}"`,
      ));

  it("the syntax of a condition and of a projection in the same words", async () => {
    await expectError(
      scan("attribute_exists(id) andd", { ":v": text("v") }),
      "ValidationException",
      'Invalid FilterExpression: Syntax error; token: "andd", near: ") andd"',
    );
    await expectError(
      h.client.send(new ScanCommand({ TableName, ProjectionExpression: "a[1" })),
      "ValidationException",
      'Invalid ProjectionExpression: Syntax error; token: "<EOF>", near: "1"',
    );
  });

  const wrongOperands: readonly [operator: string, value: AttributeValue, type: string][] = [
    ["ADD", text("x"), "STRING"],
    ["ADD", { L: [] }, "LIST"],
    ["DELETE", number(1), "NUMBER"],
  ];
  for (const [operator, value, type] of wrongOperands)
    it(`${operator} of a ${type}, and names the types that it takes`, () =>
      expectError(
        h.client.send(
          new UpdateItemCommand({
            TableName,
            Key: { id: text("u") },
            UpdateExpression: `${operator} a :v`,
            ExpressionAttributeValues: { ":v": value },
          }),
        ),
        "ValidationException",
        "Invalid UpdateExpression: Incorrect operand type for operator or function; " +
          `operator: ${operator}, operand type: ${type}, typeSet: ALLOWED_FOR_${operator}_OPERAND`,
      ));

  for (const ReturnValues of ["ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"] as const)
    it(`to return ${ReturnValues} of a deleted item, and keeps it`, async () => {
      const Item = { id: text("kept") };
      await h.client.send(new PutItemCommand({ TableName, Item }));
      const deletion = { TableName, Key: Item, ReturnValues };
      await expectError(
        h.client.send(new DeleteItemCommand(deletion)),
        "ValidationException",
        "ReturnValues can only be ALL_OLD or NONE",
      );
      const { Attributes } = await h.client.send(
        new DeleteItemCommand({ ...deletion, ReturnValues: "ALL_OLD" }),
      );
      expect(Attributes).to.deep.equal(Item);
    });

  it("a query for an empty key", () =>
    expectError(
      h.client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: "id = :v",
          ExpressionAttributeValues: { ":v": text("") },
        }),
      ),
      "ValidationException",
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id",
    ));
});
