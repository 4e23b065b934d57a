import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  GetItemCommand,
  paginateQuery,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
  type AttributeValue,
  type PutItemCommandInput,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import * as fc from "fast-check";
import {
  arnOf,
  COMMENTS,
  expectError,
  number,
  simpleTable,
  startDynamoDb,
  text,
  type DynamoDbHarness,
} from "./harness";

describe("DynamoDB items", () => {
  let h: DynamoDbHarness;
  let TableName: string;
  beforeEach(async () => {
    h = await startDynamoDb();
    TableName = await simpleTable(h);
  });
  afterEach(() => h.close());

  const put = (Item: Record<string, AttributeValue>, more: Partial<PutItemCommandInput> = {}) =>
    h.client.send(new PutItemCommand({ TableName, Item, ...more }));

  const get = async (id: string): Promise<Record<string, AttributeValue> | undefined> =>
    (await h.client.send(new GetItemCommand({ TableName, Key: { id: text(id) } }))).Item;

  it("returns every type as it was written", async () => {
    const Item: Record<string, AttributeValue> = {
      id: text('🎉 𝒳 \u{10FFFF} "quoted" \\ \u2028'),
      empty: text(""),
      number: number("-12345678901234567890.123456789"),
      bytes: { B: new Uint8Array([0, 1, 254, 255]) },
      none: { NULL: true },
      no: { BOOL: false },
      list: { L: [text("a"), { L: [] }, { M: { x: { B: new Uint8Array([7]) } } }] },
      map: { M: { "ключ 🔑": text("значение"), nested: { M: {} } } },
      strings: { SS: ["a", "b"] },
      numbers: { NS: ["1", "2.5"] },
      blobs: { BS: [new Uint8Array([1]), new Uint8Array([2, 3])] },
    };
    await put(Item);
    const read = await get(Item.id.S ?? "");
    expect(plain(read)).to.deep.equal(plain(Item));
  });

  it("keeps any text exactly", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", maxLength: 50 }), async (value) => {
        await put({ id: text("1"), value: text(value) });
        expect((await get("1"))?.value).to.deep.equal(text(value));
      }),
      { numRuns: 30 },
    );
  });

  it("keeps 38 digits of a number and refuses the 39th", async () => {
    const digits = "1".repeat(38);
    await put({ id: text("1"), n: number(digits) });
    expect((await get("1"))?.n).to.deep.equal(number(digits));
    await expectError(
      put({ id: text("1"), n: number(`${digits}1`) }),
      "ValidationException",
      "Attempting to store more than 38 significant digits in a Number",
    );
  });

  it("refuses an empty key but not an empty attribute", async () => {
    await put({ id: text("1"), note: text("") });
    await expectError(
      put({ id: text("") }),
      "ValidationException",
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id",
    );
  });

  it("accepts 400 KB of UTF-8 and not a byte more", async () => {
    const overhead = "id".length + 1 + "body".length;
    const body = "é".repeat((400 * 1024 - overhead - 1) / 2);
    await put({ id: text("1"), body: text(`${body}x`) });
    await expectError(
      put({ id: text("1"), body: text(`${body}é`) }),
      "ValidationException",
      "Item size has exceeded the maximum allowed size",
    );
  });

  it("writes on a condition, and returns the item that failed it", async () => {
    const more = { ConditionExpression: "attribute_not_exists(id)" };
    await put({ id: text("1"), v: number(1) }, more);
    const plainError = await expectError(
      put({ id: text("1"), v: number(2) }, more),
      "ConditionalCheckFailedException",
      "The conditional request failed",
    );
    expect(plainError.Item).to.equal(undefined);
    const error = await expectError(
      put(
        { id: text("1"), v: number(2) },
        { ...more, ReturnValuesOnConditionCheckFailure: "ALL_OLD" },
      ),
      "ConditionalCheckFailedException",
      "The conditional request failed",
    );
    expect(error.Item).to.deep.equal({ id: text("1"), v: number(1) });
    expect((await get("1"))?.v).to.deep.equal(number(1));
  });

  it("updates by expression and returns the new values", async () => {
    await put({ id: text("1"), count: number(1), tags: { SS: ["a", "b"] }, obsolete: text("x") });
    const { Attributes } = await h.client.send(
      new UpdateItemCommand({
        TableName,
        Key: { id: text("1") },
        UpdateExpression:
          "SET #c = #c + :one, created = if_not_exists(created, :now), history = list_append(:none, :entry) REMOVE obsolete DELETE tags :b",
        ConditionExpression: "#c = :one",
        ExpressionAttributeNames: { "#c": "count" },
        ExpressionAttributeValues: {
          ":one": number(1),
          ":now": number(5),
          ":none": { L: [] },
          ":entry": { L: [text("first")] },
          ":b": { SS: ["b"] },
        },
        ReturnValues: "ALL_NEW",
      }),
    );
    expect(Attributes).to.deep.equal({
      id: text("1"),
      count: number(2),
      created: number(5),
      history: { L: [text("first")] },
      tags: { SS: ["a"] },
    });
  });

  it("never loses an update of concurrent counters", async () => {
    const add = () =>
      h.client.send(
        new UpdateItemCommand({
          TableName,
          Key: { id: text("counter") },
          UpdateExpression: "ADD n :one",
          ExpressionAttributeValues: { ":one": number(1) },
        }),
      );
    await Promise.all(Array.from({ length: 50 }, add));
    expect((await get("counter"))?.n).to.deep.equal(number(50));
  });

  it("deletes on a condition and returns the old item", async () => {
    await put({ id: text("1"), owner: text("ann") });
    const remove = (owner: string) =>
      h.client.send(
        new DeleteItemCommand({
          TableName: arnOf(TableName),
          Key: { id: text("1") },
          ConditionExpression: "#o = :o",
          ExpressionAttributeNames: { "#o": "owner" },
          ExpressionAttributeValues: { ":o": text(owner) },
          ReturnValues: "ALL_OLD",
        }),
      );
    await expectError(
      remove("bob"),
      "ConditionalCheckFailedException",
      /conditional request failed/,
    );
    expect((await remove("ann")).Attributes).to.deep.equal({ id: text("1"), owner: text("ann") });
    expect(await get("1")).to.equal(undefined);
  });

  it("omits the table's name from the error of a data operation on a missing table", () =>
    expectError(
      h.client.send(new GetItemCommand({ TableName: "missing", Key: { id: text("1") } })),
      "ResourceNotFoundException",
      "Requested resource not found",
    ));

  it("reports errors in an expression", async () => {
    await expectError(
      put({ id: text("1") }, { ConditionExpression: "attribute_not_exists(name)" }),
      "ValidationException",
      "Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: name",
    );
    await expectError(
      h.client.send(new GetItemCommand({ TableName, Key: { other: text("1") } })),
      "ValidationException",
      "The provided key element does not match the schema",
    );
  });

  it("writes and reads batches across several tables", async () => {
    const other = await simpleTable(h, "other");
    const items = ["1", "2", "3"].map((id) => ({ id: text(id) }));
    const written = await h.client.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [TableName]: items.map((Item) => ({ PutRequest: { Item } })),
          [other]: [{ PutRequest: { Item: items[0] } }],
        },
      }),
    );
    expect(written.UnprocessedItems).to.deep.equal({});
    const read = await h.client.send(
      new BatchGetItemCommand({
        RequestItems: { [TableName]: { Keys: items }, [other]: { Keys: items } },
      }),
    );
    expect(read.Responses?.[TableName]).to.have.deep.members(items);
    expect(read.Responses?.[other]).to.deep.equal([items[0]]);
    expect(read.UnprocessedKeys).to.deep.equal({});
  });

  it("scans with a filter", async () => {
    for (let i = 0; i < 10; i += 1) await put({ id: text(`${i}`), n: number(i) });
    const { Items, ScannedCount } = await h.client.send(
      new ScanCommand({
        TableName,
        FilterExpression: "n > :n",
        ExpressionAttributeValues: { ":n": number(6) },
      }),
    );
    expect(ScannedCount).to.equal(10);
    expect(Items?.map(({ n }) => n.N).sort()).to.deep.equal(["7", "8", "9"]);
  });

  describe("in a global index", () => {
    beforeEach(async () => {
      await h.client.send(new CreateTableCommand(COMMENTS));
      for (let i = 0; i < 25; i += 1)
        await h.client.send(
          new PutItemCommand({
            TableName: COMMENTS.TableName,
            Item: {
              commentId: text(`c${i}`),
              pageId: text(i % 5 === 4 ? "other" : "page"),
              createdAt: number(100 - i),
              message: text(`m${i}`),
              secret: text("not projected"),
            },
          }),
        );
    });

    const page: QueryCommandInput = {
      TableName: COMMENTS.TableName,
      IndexName: "pageId-index",
      KeyConditionExpression: "pageId = :p",
      ExpressionAttributeValues: { ":p": text("page") },
    };

    it("are found in key order, with the projected attributes only", async () => {
      const { Items = [] } = await h.client.send(new QueryCommand(page));
      expect(Items).to.have.length(20);
      const times = Items.map(({ createdAt }) => Number(createdAt.N));
      expect(times).to.deep.equal([...times].sort((a, b) => a - b));
      expect(Object.keys(Items[0]).sort()).to.deep.equal([
        "commentId",
        "createdAt",
        "message",
        "pageId",
      ]);
    });

    it("come in pages, forwards and backwards, each once", async () => {
      for (const ScanIndexForward of [true, false]) {
        const ids: string[] = [];
        const pages = paginateQuery(
          { client: h.client, pageSize: 7 },
          { ...page, ScanIndexForward },
        );
        for await (const { Items = [], LastEvaluatedKey } of pages) {
          ids.push(...Items.map(({ commentId }) => commentId.S ?? ""));
          if (LastEvaluatedKey)
            expect(Object.keys(LastEvaluatedKey).sort()).to.deep.equal([
              "commentId",
              "createdAt",
              "pageId",
            ]);
        }
        expect(ids).to.have.length(20);
        expect(new Set(ids).size).to.equal(20);
      }
    });

    it("are bounded by a range of the sort key", async () => {
      const { Items = [] } = await h.client.send(
        new QueryCommand({
          ...page,
          KeyConditionExpression: "pageId = :p AND createdAt BETWEEN :from AND :to",
          ExpressionAttributeValues: { ":p": text("page"), ":from": number(95), ":to": number(98) },
        }),
      );
      expect(Items.map(({ createdAt }) => createdAt.N)).to.deep.equal(["95", "97", "98"]);
    });

    it("leave the index when their key is removed, and move when it changes", async () => {
      const update = (UpdateExpression: string, values?: Record<string, AttributeValue>) =>
        h.client.send(
          new UpdateItemCommand({
            TableName: COMMENTS.TableName,
            Key: { commentId: text("c0") },
            UpdateExpression,
            ExpressionAttributeValues: values,
          }),
        );
      const count = async (): Promise<number> =>
        (await h.client.send(new QueryCommand({ ...page, Select: "COUNT" }))).Count ?? -1;
      await update("SET pageId = :p", { ":p": text("other") });
      expect(await count()).to.equal(19);
      await update("SET pageId = :p", { ":p": text("page") });
      expect(await count()).to.equal(20);
      await update("REMOVE pageId");
      expect(await count()).to.equal(19);
    });

    it("cannot have an empty key", () =>
      expectError(
        h.client.send(
          new PutItemCommand({
            TableName: COMMENTS.TableName,
            Item: { commentId: text("x"), pageId: text(""), createdAt: number(1) },
          }),
        ),
        "ValidationException",
        /cannot contain an empty string value\. IndexName: pageId-index, IndexKey: pageId$/,
      ));

    it("cannot be read consistently", () =>
      expectError(
        h.client.send(new QueryCommand({ ...page, ConsistentRead: true })),
        "ValidationException",
        "Consistent reads are not supported on global secondary indexes",
      ));
  });
});

/** Converts buffers to byte arrays, so that they compare by their bytes. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: [...value] };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}
