import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  ListTagsForResourceCommand,
  ListTagsLogGroupCommand,
  PutLogEventsCommand,
  PutMetricFilterCommand,
  PutRetentionPolicyCommand,
  TagLogGroupCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type FilterLogEventsCommandInput,
  type PutLogEventsCommandOutput,
} from "@aws-sdk/client-cloudwatch-logs";
import { expect } from "chai";
import { startCloud, type Cloud } from "../../../cloud/cloud";
import { cloudwatch } from "../../../services/cloudwatch";
import { cloudwatchLogs } from "../../../services/cloudwatch-logs";
import { iam } from "../../../services/iam";
import { expectAwsError } from "../../support/expectAwsError";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const GROUP = "/aws/lambda/hello";

describe("cloudwatch logs", () => {
  let cloud: Cloud;
  let client: CloudWatchLogsClient;

  beforeEach(async () => {
    cloud = await startCloud({ services: [iam, cloudwatchLogs, cloudwatch], clock: "manual" });
    client = new CloudWatchLogsClient({
      endpoint: cloud.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "root", secretAccessKey: "root" },
      maxAttempts: 1,
    });
  });

  afterEach(async () => {
    client.destroy();
    await cloud.close();
  });

  async function makeStreams(...names: string[]): Promise<void> {
    await client.send(new CreateLogGroupCommand({ logGroupName: GROUP }));
    for (const logStreamName of names)
      await client.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName }));
  }

  /** Puts messages, the first one now, the others at intervals of a millisecond. */
  function put(
    logStreamName: string,
    messages: string[],
    from = cloud.clock.now(),
  ): Promise<PutLogEventsCommandOutput> {
    return client.send(
      new PutLogEventsCommand({
        logGroupName: GROUP,
        logStreamName,
        logEvents: messages.map((message, index) => ({ message, timestamp: from + index })),
      }),
    );
  }

  async function filter(
    more: Partial<FilterLogEventsCommandInput>,
  ): Promise<(string | undefined)[]> {
    const answer = await client.send(new FilterLogEventsCommand({ logGroupName: GROUP, ...more }));
    return (answer.events ?? []).map((event) => event.message);
  }

  it("refuses a second group of the same name, and reports missing groups and streams with AWS's messages", async () => {
    await makeStreams("s");
    await expectAwsError(
      client.send(new CreateLogGroupCommand({ logGroupName: GROUP })),
      "ResourceAlreadyExistsException",
      "The specified log group already exists",
    );
    await expectAwsError(
      client.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName: "s" })),
      "ResourceAlreadyExistsException",
      "The specified log stream already exists",
    );
    await expectAwsError(
      client.send(new DeleteLogGroupCommand({ logGroupName: "none" })),
      "ResourceNotFoundException",
      "The specified log group does not exist.",
    );
    await expectAwsError(
      put("none", ["x"]),
      "ResourceNotFoundException",
      "The specified log stream does not exist.",
    );
    await expectAwsError(
      client.send(new CreateLogGroupCommand({ logGroupName: "a b" })),
      "InvalidParameterException",
    );
  });

  it("describes groups by prefix and by pattern, with both ARNs, in pages", async () => {
    for (const logGroupName of ["/a/1", "/a/2", "/b/1"])
      await client.send(new CreateLogGroupCommand({ logGroupName }));
    const first = await client.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: "/a", limit: 1 }),
    );
    expect(first.logGroups?.[0]).to.deep.include({
      logGroupName: "/a/1",
      arn: "arn:aws:logs:us-east-1:123456789012:log-group:/a/1:*",
      logGroupArn: "arn:aws:logs:us-east-1:123456789012:log-group:/a/1",
      metricFilterCount: 0,
      storedBytes: 0,
      logGroupClass: "STANDARD",
    });
    const second = await client.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: "/a", nextToken: first.nextToken }),
    );
    expect(second.logGroups?.map((group) => group.logGroupName)).to.deep.equal(["/a/2"]);
    expect(second.nextToken).to.equal(undefined);
    const byPattern = await client.send(
      new DescribeLogGroupsCommand({ logGroupNamePattern: "/1" }),
    );
    expect(byPattern.logGroups?.map((group) => group.logGroupName)).to.deep.equal(["/a/1", "/b/1"]);
    await expectAwsError(
      client.send(
        new DescribeLogGroupsCommand({ logGroupNamePrefix: "/a", logGroupNamePattern: "1" }),
      ),
      "InvalidParameterException",
      "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
    );
  });

  it("orders streams by name or by their last event", async () => {
    await makeStreams("early", "late", "empty");
    await put("early", ["x"]);
    await put("late", ["x"], cloud.clock.now() + 1000);
    const names = async (orderBy: "LogStreamName" | "LastEventTime"): Promise<unknown> => {
      const { logStreams } = await client.send(
        new DescribeLogStreamsCommand({ logGroupName: GROUP, orderBy, descending: true }),
      );
      return logStreams?.map((stream) => stream.logStreamName);
    };
    expect(await names("LogStreamName")).to.deep.equal(["late", "empty", "early"]);
    expect(await names("LastEventTime")).to.deep.equal(["late", "early", "empty"]);
    await expectAwsError(
      client.send(
        new DescribeLogStreamsCommand({
          logGroupName: GROUP,
          orderBy: "LastEventTime",
          logStreamNamePrefix: "e",
        }),
      ),
      "InvalidParameterException",
      "Cannot order by LastEventTime with a logStreamNamePrefix.",
    );
  });

  it("keeps tags through the old and the new operations alike", async () => {
    await makeStreams();
    const resourceArn = `arn:aws:logs:us-east-1:123456789012:log-group:${GROUP}`;
    await client.send(new TagResourceCommand({ resourceArn, tags: { a: "1", b: "2" } }));
    await client.send(new TagLogGroupCommand({ logGroupName: GROUP, tags: { c: "3" } }));
    await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ["a"] }));
    const byArn = await client.send(new ListTagsForResourceCommand({ resourceArn }));
    const byName = await client.send(new ListTagsLogGroupCommand({ logGroupName: GROUP }));
    expect(byArn.tags).to.deep.equal({ b: "2", c: "3" });
    expect(byName.tags).to.deep.equal(byArn.tags);
  });

  describe("events", () => {
    it("are emitted one by one as they arrive", async () => {
      await makeStreams("s");
      const seen: unknown[] = [];
      cloud.events.on("log", (event) => seen.push(event));
      const now = cloud.clock.now();
      await put("s", ["one", "two"]);
      const common = { logGroup: GROUP, logStream: "s", region: "us-east-1" };
      expect(seen).to.deep.equal([
        { ...common, message: "one", timestamp: now },
        { ...common, message: "two", timestamp: now + 1 },
      ]);
    });

    it("must come in order, within 24 hours and within a mebibyte", async () => {
      await makeStreams("s");
      const now = cloud.clock.now();
      const send = (logEvents: { timestamp: number; message: string }[]): Promise<unknown> =>
        client.send(
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
      await makeStreams("s");
      const now = cloud.clock.now();
      const old = await put("s", ["old", "kept"], now - 14 * DAY_MS - 1);
      expect(old.rejectedLogEventsInfo).to.deep.equal({ tooOldLogEventEndIndex: 1 });
      const fresh = await put("s", ["kept too", "too new"], now + 2 * HOUR_MS);
      expect(fresh.rejectedLogEventsInfo).to.deep.equal({ tooNewLogEventStartIndex: 1 });
      expect(await filter({})).to.deep.equal(["kept", "kept too"]);
    });

    it("are read forward until the token stays the same, and new ones appear behind it", async () => {
      await makeStreams("s");
      await put("s", ["1", "2", "3"]);
      const read = async (
        nextToken?: string,
      ): Promise<{ messages: unknown; forward?: string; backward?: string }> => {
        const answer = await client.send(
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
      await put("s", ["4"], cloud.clock.now() + 10);
      expect((await read(end.forward)).messages).to.deep.equal(["4"]);
      expect((await read(second.backward)).messages).to.deep.equal(["1", "2"]);
      await expectAwsError(read("f/nonsense"), "InvalidParameterException");
    });

    it("are read from the tail by default, within a time range", async () => {
      await makeStreams("s");
      const now = cloud.clock.now();
      await put("s", ["1", "2", "3", "4"]);
      const answer = await client.send(
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
      await makeStreams("s");
      await put("s", ["late"], cloud.clock.now());
      await put("s", ["early"], cloud.clock.now() - 1000);
      expect(await filter({})).to.deep.equal(["early", "late"]);
    });

    it("of several streams are interleaved, by prefix, range and page", async () => {
      await makeStreams("a1", "a2", "b1");
      const now = cloud.clock.now();
      await put("a1", ["one"], now);
      await put("a2", ["two"], now + 1);
      await put("b1", ["three"], now + 2);
      expect(await filter({})).to.deep.equal(["one", "two", "three"]);
      expect(await filter({ logStreamNamePrefix: "a" })).to.deep.equal(["one", "two"]);
      expect(await filter({ logStreamNames: ["b1"] })).to.deep.equal(["three"]);
      expect(await filter({ startTime: now + 1, endTime: now + 1 })).to.deep.equal(["two"]);
      const page = await client.send(new FilterLogEventsCommand({ logGroupName: GROUP, limit: 2 }));
      expect(page.events).to.have.length(2);
      expect(await filter({ nextToken: page.nextToken })).to.deep.equal(["three"]);
      await expectAwsError(
        filter({ logStreamNames: ["a1"], logStreamNamePrefix: "a" }),
        "InvalidParameterException",
      );
    });
  });

  describe("retention", () => {
    it("accepts only the allowed numbers of days", async () => {
      await makeStreams();
      const set = (retentionInDays: number): Promise<unknown> =>
        client.send(new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays }));
      await set(7);
      await expectAwsError(set(2), "InvalidParameterException");
      const { logGroups } = await client.send(new DescribeLogGroupsCommand({}));
      expect(logGroups?.[0].retentionInDays).to.equal(7);
    });

    it("deletes events when they expire", async () => {
      await makeStreams("s");
      await client.send(new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays: 1 }));
      await put("s", ["soon gone"]);
      await cloud.clock.advance(DAY_MS - 1000);
      await put("s", ["stays"]);
      expect(await filter({})).to.deep.equal(["soon gone", "stays"]);
      await cloud.clock.advance(2000);
      expect(await filter({})).to.deep.equal(["stays"]);
    });
  });

  describe("metric filters", () => {
    it("count matches and extract values, with dimensions", async () => {
      await makeStreams("s");
      await client.send(
        new PutMetricFilterCommand({
          logGroupName: GROUP,
          filterName: "errors",
          filterPattern: '{ $.level = "ERROR" }',
          metricTransformations: [
            {
              metricName: "Latency",
              metricNamespace: "App",
              metricValue: "$.ms",
              dimensions: { Path: "$.path" },
            },
          ],
        }),
      );
      const after = cloud.recorder.last;
      await put("s", [
        '{"level":"ERROR","ms":12,"path":"/a"}',
        '{"level":"INFO","ms":99,"path":"/a"}',
        '{"level":"ERROR","ms":"none","path":"/a"}',
        '{"level":"ERROR","ms":5}',
      ]);
      const [call] = cloud.recorder.find({ operation: "PutMetricData", after });
      expect(call).to.deep.include({ outcome: "ok", service: "cloudwatch" });
      expect(call.principal).to.include({ type: "service", service: "logs.amazonaws.com" });
      expect(call.input).to.have.deep.property("MetricData", [
        {
          MetricName: "Latency",
          Timestamp: cloud.clock.date(),
          Value: 12,
          Unit: "None",
          Dimensions: [{ Name: "Path", Value: "/a" }],
        },
      ]);
    });

    it("report their default value for a minute without a match", async () => {
      await makeStreams("s");
      await client.send(
        new PutMetricFilterCommand({
          logGroupName: GROUP,
          filterName: "errors",
          filterPattern: "ERROR",
          metricTransformations: [
            { metricName: "Errors", metricNamespace: "App", metricValue: "1", defaultValue: 0 },
          ],
        }),
      );
      const values = async (message: string): Promise<unknown> => {
        const after = cloud.recorder.last;
        await put("s", [message]);
        const [call] = cloud.recorder.find({ operation: "PutMetricData", after });
        return (call.input as { MetricData: { Value: number }[] }).MetricData.map(
          (one) => one.Value,
        );
      };
      expect(await values("all well")).to.deep.equal([0]);
      expect(await values("ERROR")).to.deep.equal([1]);
    });

    it("are refused with an invalid pattern", async () => {
      await makeStreams();
      await expectAwsError(
        client.send(
          new PutMetricFilterCommand({
            logGroupName: GROUP,
            filterName: "bad",
            filterPattern: "{ $.level = }",
            metricTransformations: [{ metricName: "M", metricNamespace: "App", metricValue: "1" }],
          }),
        ),
        "InvalidParameterException",
      );
    });
  });
});
