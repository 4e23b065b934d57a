import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  ListTagsForResourceCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { expect } from "chai";
import { startCloud, type Cloud } from "../../../cloud/cloud";
import { cloudwatchLogs } from "../../../services/cloudwatch-logs";
import { iam } from "../../../services/iam";
import { expectAwsError } from "../../support/expectAwsError";
import { roleSession } from "../../support/roleSession";

const ARN = "arn:aws:logs:us-east-1:123456789012:log-group";

describe("access to log groups", () => {
  let cloud: Cloud;

  before(async () => {
    cloud = await startCloud({ services: [iam, cloudwatchLogs], clock: "manual" });
    const root = await client({ accessKeyId: "root", secretAccessKey: "root" });
    for (const logGroupName of ["/own", "/foreign"])
      await root.send(new CreateLogGroupCommand({ logGroupName }));
    root.destroy();
  });

  after(() => cloud.close());

  async function client(credentials: {
    accessKeyId: string;
    secretAccessKey: string;
    sessionToken?: string;
  }): Promise<CloudWatchLogsClient> {
    return new CloudWatchLogsClient({
      endpoint: cloud.endpoint,
      region: "us-east-1",
      maxAttempts: 1,
      credentials,
    });
  }

  function writeTo(logGroupName: string, logStreamName: string): PutLogEventsCommand {
    const logEvents = [{ timestamp: cloud.clock.now(), message: "x" }];
    return new PutLogEventsCommand({ logGroupName, logStreamName, logEvents });
  }

  it("is granted to a function for its own group by a usual policy", async () => {
    const own = await client(
      await roleSession(cloud, "writer", [
        {
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: `${ARN}:/own:*`,
        },
      ]),
    );
    const stream = (logGroupName: string): CreateLogStreamCommand =>
      new CreateLogStreamCommand({ logGroupName, logStreamName: "s" });
    await own.send(stream("/own"));
    expect(await own.send(writeTo("/own", "s"))).to.have.property("nextSequenceToken");
    await expectAwsError(own.send(stream("/foreign")), "AccessDeniedException");
    const read = new FilterLogEventsCommand({ logGroupName: "/own" });
    await expectAwsError(own.send(read), "AccessDeniedException");
    own.destroy();
  });

  it("can be narrowed to one stream", async () => {
    const narrow = await client(
      await roleSession(cloud, "narrow", [
        {
          Effect: "Allow",
          Action: "logs:PutLogEvents",
          Resource: `${ARN}:/own:log-stream:mine`,
        },
      ]),
    );
    // The call is allowed, so the error is about the missing stream.
    await expectAwsError(narrow.send(writeTo("/own", "mine")), "ResourceNotFoundException");
    await expectAwsError(narrow.send(writeTo("/own", "s")), "AccessDeniedException");
    narrow.destroy();
  });

  it("names the group without a star for tags only", async () => {
    const tagger = await client(
      await roleSession(cloud, "tagger", [
        {
          Effect: "Allow",
          Action: ["logs:ListTagsForResource", "logs:DescribeLogStreams"],
          Resource: `${ARN}:/own`,
        },
      ]),
    );
    const tags = await tagger.send(new ListTagsForResourceCommand({ resourceArn: `${ARN}:/own` }));
    expect(tags.tags).to.deep.equal({});
    await expectAwsError(
      tagger.send(new DescribeLogStreamsCommand({ logGroupName: "/own" })),
      "AccessDeniedException",
    );
    tagger.destroy();
  });
});
