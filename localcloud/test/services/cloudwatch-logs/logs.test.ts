import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  ListTagsForResourceCommand,
  ListTagsLogGroupCommand,
  TagLogGroupCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { expect } from "chai";
import { expectAwsError } from "../../support/expectAwsError";
import { GROUP, LogsCloud } from "./logsCloud";

describe("cloudwatch logs", () => {
  let logs: LogsCloud;
  beforeEach(async () => (logs = await LogsCloud.start()));
  afterEach(() => logs.close());

  it("refuses a second group of the same name, and reports missing groups and streams with AWS's messages", async () => {
    await logs.makeStreams("s");
    await expectAwsError(
      logs.client.send(new CreateLogGroupCommand({ logGroupName: GROUP })),
      "ResourceAlreadyExistsException",
      "The specified log group already exists",
    );
    await expectAwsError(
      logs.client.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName: "s" })),
      "ResourceAlreadyExistsException",
      "The specified log stream already exists",
    );
    await expectAwsError(
      logs.client.send(new DeleteLogGroupCommand({ logGroupName: "none" })),
      "ResourceNotFoundException",
      "The specified log group does not exist.",
    );
    await expectAwsError(
      logs.put("none", ["x"]),
      "ResourceNotFoundException",
      "The specified log stream does not exist.",
    );
    await expectAwsError(
      logs.client.send(new CreateLogGroupCommand({ logGroupName: "a b" })),
      "InvalidParameterException",
    );
  });

  it("describes groups by prefix and by pattern, with both ARNs, in pages", async () => {
    for (const logGroupName of ["/a/1", "/a/2", "/b/1"])
      await logs.client.send(new CreateLogGroupCommand({ logGroupName }));
    const first = await logs.client.send(
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
    const second = await logs.client.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: "/a", nextToken: first.nextToken }),
    );
    expect(second.logGroups?.map((group) => group.logGroupName)).to.deep.equal(["/a/2"]);
    expect(second.nextToken).to.equal(undefined);
    const byPattern = await logs.client.send(
      new DescribeLogGroupsCommand({ logGroupNamePattern: "/1" }),
    );
    expect(byPattern.logGroups?.map((group) => group.logGroupName)).to.deep.equal(["/a/1", "/b/1"]);
    await expectAwsError(
      logs.client.send(
        new DescribeLogGroupsCommand({ logGroupNamePrefix: "/a", logGroupNamePattern: "1" }),
      ),
      "InvalidParameterException",
      "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
    );
  });

  it("orders streams by name or by their last event", async () => {
    await logs.makeStreams("early", "late", "empty");
    await logs.put("early", ["x"]);
    await logs.put("late", ["x"], logs.cloud.clock.now() + 1000);
    const names = async (orderBy: "LogStreamName" | "LastEventTime"): Promise<unknown> => {
      const { logStreams } = await logs.client.send(
        new DescribeLogStreamsCommand({ logGroupName: GROUP, orderBy, descending: true }),
      );
      return logStreams?.map((stream) => stream.logStreamName);
    };
    expect(await names("LogStreamName")).to.deep.equal(["late", "empty", "early"]);
    expect(await names("LastEventTime")).to.deep.equal(["late", "early", "empty"]);
    await expectAwsError(
      logs.client.send(
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
    await logs.makeStreams();
    const resourceArn = `arn:aws:logs:us-east-1:123456789012:log-group:${GROUP}`;
    await logs.client.send(new TagResourceCommand({ resourceArn, tags: { a: "1", b: "2" } }));
    await logs.client.send(new TagLogGroupCommand({ logGroupName: GROUP, tags: { c: "3" } }));
    await logs.client.send(new UntagResourceCommand({ resourceArn, tagKeys: ["a"] }));
    const byArn = await logs.client.send(new ListTagsForResourceCommand({ resourceArn }));
    const byName = await logs.client.send(new ListTagsLogGroupCommand({ logGroupName: GROUP }));
    expect(byArn.tags).to.deep.equal({ b: "2", c: "3" });
    expect(byName.tags).to.deep.equal(byArn.tags);
  });
});
