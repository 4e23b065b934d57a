import {
  PutItemCommand,
  ScanCommand,
  CreateTableCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type AttributeValue,
} from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import * as fc from "fast-check";
import { compareNumbers } from "../../../services/dynamodb/model/compareNumbers";
import { meetsCondition } from "../../../services/dynamodb/model/conditions";
import {
  COMMENTS,
  expectError,
  number,
  simpleTable,
  startDynamoDb,
  text,
  type DynamoDbHarness,
} from "./harness";

const list = (...values: string[]): AttributeValue => ({ L: values.map(number) });

/** The item that all conditions below are evaluated on. */
const ITEM: Record<string, AttributeValue> = {
  id: text("1"),
  f: { BOOL: false },
  e: text(""),
  nothing: { NULL: true },
  zero: number("0"),
  n: number("1.50"),
  s: text("shop"),
  b: { B: new Uint8Array([1, 2, 3]) },
  nob: { B: new Uint8Array() },
  l: { L: [number("1.0"), { M: { a: text("x") } }, { BOOL: false }] },
  m: { M: { a: number("1"), b: { L: [text("")] } } },
  nums: { NS: ["1", "2.0"] },
};
const VALUES: Record<string, AttributeValue> = {
  ":false": { BOOL: false },
  ":true": { BOOL: true },
  ":empty": text(""),
  ":x": text("x"),
  ":zero": number("0"),
  ":one": number("1"),
  ":two": number("2"),
  ":n": number("15e-1"),
  ":null": { NULL: true },
  ":shop": text("sh"),
  ":bytes": { B: new Uint8Array([2, 3]) },
  ":nobytes": { B: new Uint8Array() },
  ":map": { M: { b: { L: [text("")] }, a: number("1.0") } },
  ":mapinlist": { M: { a: text("x") } },
  ":set": { NS: ["2", "1"] },
  ":list": { L: [] },
  ":s": text("S"),
  ":bool": text("BOOL"),
};

/** Values without an order. */
const UNORDERED: Record<string, AttributeValue> = {
  BOOL: { BOOL: true },
  NULL: { NULL: true },
  L: { L: [] },
  M: { M: {} },
  NS: { NS: ["1"] },
};

describe("DynamoDB expressions", () => {
  let h: DynamoDbHarness;
  let TableName: string;
  before(async () => {
    h = await startDynamoDb();
    TableName = await simpleTable(h);
    await h.client.send(new PutItemCommand({ TableName, Item: ITEM }));
  });
  after(() => h.close());

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
  const rows: [string, boolean][] = [
    ["f IN (:false)", true],
    ["f IN (:true, :null)", false],
    ["e IN (:x, :empty)", true],
    ["e BETWEEN :empty AND :x", true],
    ["zero BETWEEN :zero AND :one", true],
    ["n BETWEEN :two AND :two", false],
    ["f = :false", true],
    ["nothing = :null", true],
    ["e = :empty", true],
    ["e < :x", true],
    ["nob >= :nobytes", true],
    ["n = :n", true],
    ["n < :two", true],
    ["s < :two", false],
    ["f < nothing", false],
    ["absent = gone", false],
    ["absent <= gone", false],
    ["absent <> gone", true],
    ["absent <> :x", true],
    ["absent IN (gone)", false],
    ["absent BETWEEN :zero AND :one", false],
    ["attribute_exists(f)", true],
    ["attribute_exists(e)", true],
    ["attribute_exists(nothing)", true],
    ["attribute_not_exists(nob)", false],
    ["attribute_type(e, :s)", true],
    ["attribute_type(f, :bool)", true],
    ["attribute_type(absent, :s)", false],
    ["begins_with(s, :shop)", true],
    ["begins_with(e, :empty)", true],
    ["begins_with(b, :bytes)", false],
    ["contains(s, :empty)", true],
    ["contains(b, :bytes)", true],
    ["contains(l, :one)", true],
    ["contains(l, :false)", true],
    ["contains(l, :mapinlist)", true],
    ["contains(nums, :two)", true],
    ["contains(nums, :x)", false],
    ["size(e) = :zero", true],
    ["size(nob) = :zero", true],
    ["size(absent) = :zero", false],
    ["size(n) > :zero", false],
    ["size(m) = :two", true],
    ["m = :map", true],
    ["m <> :map", false],
    ["nums = :set", true],
    ["l = :list", false],
    ["l[1] IN (:mapinlist)", true],
    ["m.b[0] = :empty", true],
    ["m.b[1] = :empty", false],
    ["NOT f = :true AND (e = :x OR zero = :zero)", true],
  ];
  for (const [condition, holds] of rows)
    it(`find that ${condition} ${holds ? "holds" : "does not hold"}, as condition and as filter`, async () => {
      const used = Object.entries(VALUES).filter(([name]) =>
        new RegExp(`${name}\\b`).test(condition),
      );
      const ExpressionAttributeValues = used.length > 0 ? Object.fromEntries(used) : undefined;
      const more = { TableName, ExpressionAttributeValues };
      const { Count } = await h.client.send(
        new ScanCommand({ ...more, FilterExpression: condition }),
      );
      expect(Count).to.equal(holds ? 1 : 0);
      const put = h.client.send(
        new PutItemCommand({ ...more, Item: ITEM, ConditionExpression: condition }),
      );
      expect(
        await put.then(
          () => true,
          (error: Error) => error.name !== "ConditionalCheckFailedException",
        ),
      ).to.equal(holds);
    });

  it("compare every value with itself, in any nesting", () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.string().map((S) => ({ S })),
        fc.integer().map((n) => ({ N: String(n) })),
        fc.boolean().map((BOOL) => ({ BOOL })),
        fc.constant({ NULL: true }),
        fc.array(tie("any"), { maxLength: 3 }).map((L) => ({ L })),
        fc.dictionary(fc.string(), tie("any"), { maxKeys: 3 }).map((M) => ({ M })),
      ),
    })).any as fc.Arbitrary<Record<string, unknown>>;
    fc.assert(
      fc.property(value, (one) => {
        const item = { a: one };
        const same = structuredClone(one);
        const holds = (type: string): boolean =>
          meetsCondition({ type, args: [["a"], same] }, item);
        expect([holds("="), holds("<>"), holds("in")]).to.deep.equal([true, false, true]);
      }),
    );
  });

  it("compare numbers by all their digits", () => {
    const sorted = [
      "-1e125",
      "-12345678901234567890123456789012345678",
      "-12345678901234567890123456789012345677",
      "-1",
      "-0.99999999999999999999999999999999999999",
      "-1e-130",
      "0",
      "0.1",
      "0.10000000000000000000000000000000000001",
      "0.99999999999999999999999999999999999999",
      "1.00000000000000000000000000000000000001",
      "12345678901234567890123456789012345677",
      "12345678901234567890123456789012345678",
      "9.9e125",
    ];
    sorted.forEach((one, i) =>
      sorted.forEach((other, j) =>
        expect(Math.sign(compareNumbers(one, other)), `${one} ${other}`).to.equal(Math.sign(i - j)),
      ),
    );
    for (const same of ["100", "1e2", "0.1E3", "+100.00", "1000e-1", "00100"])
      expect(compareNumbers(same, "100"), same).to.equal(0);
  });

  const updates: [
    string,
    AttributeValue,
    string,
    Record<string, AttributeValue>,
    AttributeValue,
  ][] = [
    [
      "removes elements by where they were",
      list("1", "2", "3", "4", "5"),
      "REMOVE l[0], l[1], l[2]",
      {},
      list("4", "5"),
    ],
    [
      "removes them in any order",
      list("1", "2", "3", "4", "5"),
      "REMOVE l[3], l[0], l[9]",
      {},
      list("2", "3", "5"),
    ],
    [
      "sets one while others go",
      list("1", "2", "3"),
      "REMOVE l[0] SET l[2] = :nine, l[7] = :ten",
      { ":nine": number("9"), ":ten": number("10") },
      list("2", "9", "10"),
    ],
    [
      "removes inside an element while one before it goes",
      { L: [number("1"), { M: { a: text("x"), b: text("y") } }] },
      "REMOVE l[0], l[1].a",
      {},
      { L: [{ M: { b: text("y") } }] },
    ],
  ];
  for (const [title, before, UpdateExpression, ExpressionAttributeValues, after] of updates)
    it(`an update ${title}`, async () => {
      const Key = { id: text(title) };
      await h.client.send(new PutItemCommand({ TableName, Item: { ...Key, l: before } }));
      const { Attributes } = await h.client.send(
        new UpdateItemCommand({
          TableName,
          Key,
          UpdateExpression,
          ...(Object.keys(ExpressionAttributeValues).length > 0 && { ExpressionAttributeValues }),
          ReturnValues: "ALL_NEW",
        }),
      );
      expect(Attributes?.l).to.deep.equal(after);
    });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number
  const OVERFLOW =
    "Number overflow. Attempting to store a number with magnitude larger than supported range";
  const sums: [string, string, string, string | undefined][] = [
    ["SET n = n + :n", "9e125", "9e125", undefined],
    ["SET n = n - :n", "1e50", "1", undefined],
    ["SET n = if_not_exists(n, :n) + :n", "1e38", "1", undefined],
    ["ADD n :n", "9e125", "9e125", undefined],
    ["ADD m.n :n", "1e50", "1", undefined],
    ["SET n = n + :n", "1e37", "1", "10000000000000000000000000000000000001"],
    ["ADD n :n", "1e22", "-1", "9999999999999999999999"],
    ["ADD newcomer :n", "1", "-0.5", "-0.5"],
  ];
  for (const [UpdateExpression, kept, given, sum] of sums)
    it(`keep all digits of ${UpdateExpression} for ${kept} and ${given}, or refuse it`, async () => {
      const Key = { id: text(`${UpdateExpression} ${kept}`) };
      const Item = { ...Key, n: number(kept), m: { M: { n: number(kept) } } };
      await h.client.send(new PutItemCommand({ TableName, Item }));
      const update = h.client.send(
        new UpdateItemCommand({
          TableName,
          Key,
          UpdateExpression,
          ExpressionAttributeValues: { ":n": number(given) },
          ReturnValues: "UPDATED_NEW",
        }),
      );
      if (sum === undefined) await expectError(update, "ValidationException", OVERFLOW);
      else expect(Object.values((await update).Attributes ?? {})).to.deep.equal([number(sum)]);
    });

  for (const operator of ["<", "<=", ">", ">="])
    for (const type of ["BOOL", "NULL", "L", "M", "NS"])
      it(`refuse ${operator} with a value of type ${type}, which has no order`, () =>
        expectError(
          h.client.send(
            new ScanCommand({
              TableName,
              FilterExpression: `attribute_exists(id) OR NOT f ${operator} :v`,
              ExpressionAttributeValues: { ":v": UNORDERED[type] },
            }),
          ),
          "ValidationException",
          `Invalid FilterExpression: Incorrect operand type for operator or function; operator: ${operator}, operand type: ${type}`,
        ));

  it("accept values of at most 32 levels, in an item and in an expression", async () => {
    const nested = (levels: number): AttributeValue =>
      levels === 1 ? text("leaf") : { M: { in: nested(levels - 1) } };
    const put = (levels: number) =>
      h.client.send(new PutItemCommand({ TableName, Item: { id: text("n"), n: nested(levels) } }));
    const scan = (levels: number) =>
      h.client.send(
        new ScanCommand({
          TableName,
          FilterExpression: "n = :n",
          ExpressionAttributeValues: { ":n": nested(levels) },
        }),
      );
    await put(32);
    expect(await scan(32)).to.have.property("Count", 1);
    for (const tooDeep of [put(33), scan(33)])
      await expectError(tooDeep, "ValidationException", /^Nesting Levels have exceeded/);
  });

  describe("and indexes", () => {
    before(() => h.client.send(new CreateTableCommand(COMMENTS)));
    const index = {
      TableName: COMMENTS.TableName,
      IndexName: "pageId-index",
      ConsistentRead: true,
    };

    it("refuse a consistent read of a global one", async () => {
      const refusal = "Consistent reads are not supported on global secondary indexes";
      await expectError(h.client.send(new ScanCommand(index)), "ValidationException", refusal);
      const query = new QueryCommand({
        ...index,
        KeyConditionExpression: "pageId = :p",
        ExpressionAttributeValues: { ":p": text("p") },
      });
      await expectError(h.client.send(query), "ValidationException", refusal);
    });

    for (const UpdateExpression of [
      "SET pageId = :empty",
      "SET pageId = if_not_exists(pageId, :empty)",
    ])
      it(`refuse ${UpdateExpression} for a key of one`, () =>
        expectError(
          h.client.send(
            new UpdateItemCommand({
              TableName: COMMENTS.TableName,
              Key: { commentId: text("1") },
              UpdateExpression,
              ExpressionAttributeValues: { ":empty": text("") },
            }),
          ),
          "ValidationException",
          /attempted to update a secondary index key .* cannot contain an empty string value\.$/,
        ));
  });

  it("treat a transaction whose members are in another order as the same", async () => {
    const item = { id: text("token"), m: { M: { a: text("1"), b: text("2") } } };
    const other = { m: { M: { b: text("2"), a: text("1") } }, id: text("token") };
    const send = (Item: Record<string, AttributeValue>) =>
      h.client.send(
        new TransactWriteItemsCommand({
          ClientRequestToken: "once",
          TransactItems: [{ Put: { TableName, Item } }],
        }),
      );
    await send(item);
    await send(other);
    await expectError(
      send({ ...item, id: text("another") }),
      "IdempotentParameterMismatchException",
      /different parameters/,
    );
  });
});
