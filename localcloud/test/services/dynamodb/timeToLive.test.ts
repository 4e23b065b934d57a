import {
  GetItemCommand,
  PutItemCommand,
  UpdateTimeToLiveCommand,
  DescribeTimeToLiveCommand,
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

describe("DynamoDB items", () => {
  let h: DynamoDbHarness;
  let TableName: string;
  beforeEach(async () => {
    h = await startDynamoDb();
    TableName = await simpleTable(h);
  });
  afterEach(() => h.close());

  const put = (Item: Record<string, AttributeValue>) =>
    h.client.send(new PutItemCommand({ TableName, Item }));

  const get = async (id: string): Promise<Record<string, AttributeValue> | undefined> =>
    (await h.client.send(new GetItemCommand({ TableName, Key: { id: text(id) } }))).Item;

  describe("with time to live", () => {
    const setTimeToLive = (Enabled: boolean, AttributeName = "expires") =>
      h.client.send(
        new UpdateTimeToLiveCommand({
          TableName,
          TimeToLiveSpecification: { Enabled, AttributeName },
        }),
      );

    it("are deleted by a sweep after their time, and others stay", async () => {
      await setTimeToLive(true);
      const now = Math.floor(h.cloud.clock.now() / 1000);
      await put({ id: text("soon"), expires: number(now + 300) });
      await put({ id: text("later"), expires: number(now + 1_500) });
      await put({ id: text("text"), expires: text(`${now + 300}`) });
      await put({ id: text("never") });
      await put({ id: text("ancient"), expires: number(now - 6 * 365 * 86_400) });
      await h.cloud.clock.advance(599_000);
      expect(await get("soon")).to.not.equal(
        undefined,
        "an expired item is visible until the sweep",
      );
      await h.cloud.clock.advance(1_000);
      expect(await get("soon")).to.equal(undefined);
      for (const id of ["later", "text", "never", "ancient"])
        expect(await get(id)).to.not.equal(undefined, id);
      await h.cloud.clock.advance(1_200_000);
      expect(await get("later")).to.equal(undefined);
    });

    it("stay when it is switched off again", async () => {
      await setTimeToLive(true);
      await put({ id: text("1"), expires: number(Math.floor(h.cloud.clock.now() / 1000)) });
      await setTimeToLive(false);
      await h.cloud.clock.advance(86_400_000);
      expect(await get("1")).to.not.equal(undefined);
    });

    it("show whether it is enabled", async () => {
      const status = async () =>
        (await h.client.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription;
      expect(await status()).to.deep.equal({ TimeToLiveStatus: "DISABLED" });
      await expectError(
        setTimeToLive(false),
        "ValidationException",
        "TimeToLive is already disabled",
      );
      await setTimeToLive(true);
      expect(await status()).to.deep.equal({
        TimeToLiveStatus: "ENABLED",
        AttributeName: "expires",
      });
      await expectError(
        setTimeToLive(true),
        "ValidationException",
        "TimeToLive is already enabled",
      );
      await expectError(
        setTimeToLive(true, "other"),
        "ValidationException",
        "TimeToLive is active on a different AttributeName: current AttributeName is expires",
      );
    });
  });
});
