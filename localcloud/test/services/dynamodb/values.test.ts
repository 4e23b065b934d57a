import {
  BatchGetItemCommand,
  GetItemCommand,
  PutItemCommand,
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

// Recorded on AWS: https://github.com/paritysuite/dynamodb-conformance
describe("DynamoDB reads values as AWS does:", () => {
  let h: DynamoDbHarness;
  let TableName: string;
  before(async () => {
    h = await startDynamoDb();
    TableName = await simpleTable(h);
  });
  after(() => h.close());

  const Key = { id: text("a") };
  const put = (value: AttributeValue, name = "value") =>
    h.client.send(new PutItemCommand({ TableName, Item: { ...Key, [name]: value } }));
  const update = (value: AttributeValue) =>
    h.client.send(
      new UpdateItemCommand({
        TableName,
        Key,
        UpdateExpression: "SET changed = :v",
        ExpressionAttributeValues: { ":v": value },
      }),
    );
  const stored = async () => (await h.client.send(new GetItemCommand({ TableName, Key }))).Item;

  it("a number may have a plus sign, which is not stored", async () => {
    await put({ L: [number("+5"), { NS: ["+1.50", "2"] }] });
    expect((await stored())?.value.L?.[0]).to.deep.equal({ N: "5" });
    expect((await stored())?.value.L?.[1].NS).to.have.members(["1.5", "2"]);
    await update(number("+7e1"));
    expect((await stored())?.changed).to.deep.equal({ N: "70" });
  });

  for (const [given, message] of [
    ["0e126", /Number overflow\./],
    ["0e-131", /Number underflow\./],
    ["1e9223372036854775808", /cannot be converted to a numeric value: 1e9223372036854775808/],
    ["1e9223372036854775807", /Number overflow\./],
    ["++1", /cannot be converted to a numeric value: \+\+1/],
  ] as const)
    it(`the number ${given} is refused in an item, a set and an update`, async () => {
      await expectError(put(number(given)), "ValidationException", message);
      await expectError(put({ M: { set: { NS: [given] } } }), "ValidationException", message);
      await expectError(update(number(given)), "ValidationException", message);
    });

  it("zero may have any exponent that a number may have", async () => {
    await put({ L: [number("0e125"), number("0e-130")] });
    expect((await stored())?.value.L).to.deep.equal([{ N: "0" }, { N: "0" }]);
  });

  it("a NULL of false is refused", () =>
    // The SDK's type allows only `true`.
    expectError(
      put({ NULL: false as unknown as true }),
      "ValidationException",
      "One or more parameter values were invalid: Null attribute value types must have the value of true",
    ));

  it("an attribute without a name is refused, in a map too", async () => {
    for (const wrong of [put(text("x"), ""), put({ M: { "": text("x") } })])
      await expectError(wrong, "ValidationException", "Empty attribute name");
    await put({ M: { Item: { M: { N: text("x") } } } }, "M");
    expect((await stored())?.M).to.deep.equal({ M: { Item: { M: { N: text("x") } } } });
  });

  it("a batch does not mix projections and names of attributes in different tables", async () => {
    const other = await simpleTable(h, "other");
    const read = (AttributesToGet?: string[]) =>
      h.client.send(
        new BatchGetItemCommand({
          RequestItems: {
            [TableName]: { Keys: [Key], ProjectionExpression: "id" },
            [other]: { Keys: [Key], AttributesToGet },
          },
        }),
      );
    await read();
    await expectError(
      read(["id"]),
      "ValidationException",
      /^Can not use both expression and non-expression parameters in the same request: /,
    );
  });
});
