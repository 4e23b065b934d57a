import {
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { expect } from "chai";
import { expectAwsError } from "../../support/expectAwsError";
import { GROUP, LogsCloud } from "./logsCloud";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe("cloudwatch logs", () => {
  let logs: LogsCloud;
  beforeEach(async () => (logs = await LogsCloud.start()));
  afterEach(() => logs.close());

  describe("events", () => {
    it("are emitted one by one as they arrive", async () => {
      await logs.makeStreams("s");
      const seen: unknown[] = [];
      logs.cloud.events.on("log", (event) => seen.push(event));
      const now = logs.cloud.clock.now();
      await logs.put("s", ["one", "two"]);
      const common = { logGroup: GROUP, logStream: "s", region: "us-east-1" };
      expect(seen).to.deep.equal([
        { ...common, message: "one", timestamp: now },
        { ...common, message: "two", timestamp: now + 1 },
      ]);
    });

    it("must come in order, within 24 hours and within a mebibyte", async () => {
      await logs.makeStreams("s");
      const now = logs.cloud.clock.now();
      const send = (logEvents: { timestamp: number; message: string }[]): Promise<unknown> =>
        logs.client.send(
          new PutLogEventsCommand({ logGroupName: GROUP, logStreamName: "s", logEvents }),
        );
      await expectAwsError(
        send([
          { timestamp: now, message: "b" },
          { timestamp: now - 1, message: "a" },
        ]),
        "InvalidParameterException",
        "Log events in a single PutLogEvents request must be in chronological order.",
      );
      await expectAwsError(
        send([
          { timestamp: now - DAY_MS - 1, message: "a" },
          { timestamp: now, message: "b" },
        ]),
        "InvalidParameterException",
        "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
      );
      const largest = 1_048_576 - 26;
      await send([{ timestamp: now, message: "x".repeat(largest) }]);
      await expectAwsError(
        send([{ timestamp: now, message: "x".repeat(largest + 1) }]),
        "InvalidParameterException",
        "Upload too large: 1048577 bytes exceeds limit of 1048576",
      );
      const many = Array.from({ length: 10_001 }, () => ({ timestamp: now, message: "x" }));
      await expectAwsError(send(many), "InvalidParameterException");
    });

    it("that are too old or too new are refused by index, and the others are stored", async () => {
      await logs.makeStreams("s");
      const now = logs.cloud.clock.now();
      const old = await logs.put("s", ["old", "kept"], now - 14 * DAY_MS - 1);
      expect(old.rejectedLogEventsInfo).to.deep.equal({ tooOldLogEventEndIndex: 1 });
      const fresh = await logs.put("s", ["kept too", "too new"], now + 2 * HOUR_MS);
      expect(fresh.rejectedLogEventsInfo).to.deep.equal({ tooNewLogEventStartIndex: 1 });
      expect(await logs.filter({})).to.deep.equal(["kept", "kept too"]);
    });

    it("are read forward until the token stays the same, and new ones appear behind it", async () => {
      await logs.makeStreams("s");
      await logs.put("s", ["1", "2", "3"]);
      const read = async (
        nextToken?: string,
      ): Promise<{ messages: unknown; forward?: string; backward?: string }> => {
        const answer = await logs.client.send(
          new GetLogEventsCommand({
            logGroupName: GROUP,
            logStreamName: "s",
            startFromHead: true,
            limit: 2,
            nextToken,
          }),
        );
        return {
          messages: answer.events?.map((event) => event.message),
          forward: answer.nextForwardToken,
          backward: answer.nextBackwardToken,
        };
      };
      const first = await read();
      const second = await read(first.forward);
      const end = await read(second.forward);
      expect([first.messages, second.messages, end.messages]).to.deep.equal([
        ["1", "2"],
        ["3"],
        [],
      ]);
      expect(end.forward).to.equal(second.forward);
      await logs.put("s", ["4"], logs.cloud.clock.now() + 10);
      expect((await read(end.forward)).messages).to.deep.equal(["4"]);
      expect((await read(second.backward)).messages).to.deep.equal(["1", "2"]);
      await expectAwsError(read("f/nonsense"), "InvalidParameterException");
    });

    it("are read from the tail by default, within a time range", async () => {
      await logs.makeStreams("s");
      const now = logs.cloud.clock.now();
      await logs.put("s", ["1", "2", "3", "4"]);
      const answer = await logs.client.send(
        new GetLogEventsCommand({
          logGroupName: GROUP,
          logStreamName: "s",
          limit: 2,
          endTime: now + 3,
        }),
      );
      expect(answer.events?.map((event) => event.message)).to.deep.equal(["2", "3"]);
    });

    it("that arrive late are sorted by time", async () => {
      await logs.makeStreams("s");
      await logs.put("s", ["late"], logs.cloud.clock.now());
      await logs.put("s", ["early"], logs.cloud.clock.now() - 1000);
      expect(await logs.filter({})).to.deep.equal(["early", "late"]);
    });

    it("of several streams are interleaved, by prefix, range and page", async () => {
      await logs.makeStreams("a1", "a2", "b1");
      const now = logs.cloud.clock.now();
      await logs.put("a1", ["one"], now);
      await logs.put("a2", ["two"], now + 1);
      await logs.put("b1", ["three"], now + 2);
      expect(await logs.filter({})).to.deep.equal(["one", "two", "three"]);
      expect(await logs.filter({ logStreamNamePrefix: "a" })).to.deep.equal(["one", "two"]);
      expect(await logs.filter({ logStreamNames: ["b1"] })).to.deep.equal(["three"]);
      expect(await logs.filter({ startTime: now + 1, endTime: now + 1 })).to.deep.equal(["two"]);
      const page = await logs.client.send(
        new FilterLogEventsCommand({ logGroupName: GROUP, limit: 2 }),
      );
      expect(page.events).to.have.length(2);
      expect(await logs.filter({ nextToken: page.nextToken })).to.deep.equal(["three"]);
      await expectAwsError(
        logs.filter({ logStreamNames: ["a1"], logStreamNamePrefix: "a" }),
        "InvalidParameterException",
      );
    });
  });

  describe("retention", () => {
    it("accepts only the allowed numbers of days", async () => {
      await logs.makeStreams();
      const set = (retentionInDays: number): Promise<unknown> =>
        logs.client.send(new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays }));
      await set(7);
      await expectAwsError(set(2), "InvalidParameterException");
      const { logGroups } = await logs.client.send(new DescribeLogGroupsCommand({}));
      expect(logGroups?.[0].retentionInDays).to.equal(7);
    });

    it("deletes events when they expire", async () => {
      await logs.makeStreams("s");
      await logs.client.send(
        new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays: 1 }),
      );
      await logs.put("s", ["soon gone"]);
      await logs.cloud.clock.advance(DAY_MS - 1000);
      await logs.put("s", ["stays"]);
      expect(await logs.filter({})).to.deep.equal(["soon gone", "stays"]);
      await logs.cloud.clock.advance(2000);
      expect(await logs.filter({})).to.deep.equal(["stays"]);
    });
  });
});
