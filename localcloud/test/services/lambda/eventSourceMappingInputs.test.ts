import {
  type CreateEventSourceMappingCommandInput,
  DeleteEventSourceMappingCommand,
  ListEventSourceMappingsCommand,
  ListTagsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import { expect } from "chai";
import { errorOf } from "./lambdaCloud";
import { CONSUMER, MappedQueue, READING } from "./mappedQueue";

describe("Lambda: SQS event source mappings", () => {
  let mapped: MappedQueue;
  beforeEach(async () => (mapped = await MappedQueue.start()));
  afterEach(() => mapped.aws.stop());

  it("refuse a queue with a visibility timeout below the function's timeout", async () => {
    await mapped.aws.create("long", READING, { Timeout: 31 });
    const error = await errorOf(mapped.map({ FunctionName: "long" }));
    expect(error.name).to.equal("InvalidParameterValueException");
    expect(error.message).to.equal(
      "Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds",
    );
  });

  for (const missing of ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"])
    it(`refuse a role without sqs:${missing}`, async () => {
      await mapped.send("untouched");
      await mapped.aws.grant(
        "worker",
        CONSUMER.filter((action) => !action.endsWith(missing)),
      );
      const error = await errorOf(mapped.map());
      expect(error.name).to.equal("InvalidParameterValueException");
      expect(error.message).to.equal(
        `The function execution role does not have permissions to call ${missing} on SQS`,
      );
      expect(await mapped.counts()).to.deep.equal([1, 0]);
    });

  it("refuse a queue that does not exist, and a second mapping of the same pair", async () => {
    const missing = await errorOf(mapped.map({ EventSourceArn: `${mapped.arn}-missing` }));
    expect(missing.message).to.match(
      /^Error occurred while ReceiveMessage\. SQS Error Code: AWS\.SimpleQueueService\.NonExistentQueue\./,
    );
    const { UUID } = await mapped.map();
    const again = await errorOf(mapped.map());
    expect(again.name).to.equal("ResourceConflictException");
    expect(again.message).to.equal(
      `The event source arn (" ${mapped.arn} ") and function (" reader ") provided mapping already exists. ` +
        `Please update or delete the existing mapping with UUID ${UUID}`,
    );
  });

  const refusals: [
    title: string,
    input: Partial<CreateEventSourceMappingCommandInput>,
    text: RegExp,
  ][] = [
    [
      "a large batch without a window",
      { BatchSize: 11 },
      /^Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10$/,
    ],
    ["a batch of 10001", { BatchSize: 10_001, MaximumBatchingWindowInSeconds: 1 }, /'batchSize'/],
    [
      "a window of 301 s",
      { MaximumBatchingWindowInSeconds: 301 },
      /'maximumBatchingWindowInSeconds'/,
    ],
    [
      "a maximum concurrency of 1",
      { ScalingConfig: { MaximumConcurrency: 1 } },
      /'scalingConfig\.maximumConcurrency'/,
    ],
    [
      "a starting position",
      { StartingPosition: "LATEST" },
      /^StartingPosition is not valid for SQS event sources\.$/,
    ],
    [
      "a filter that is no pattern",
      { FilterCriteria: { Filters: [{ Pattern: '{"body":[{"no-such-test":1}]}' }] } },
      /^Invalid filter pattern definition\.$/,
    ],
    [
      "six filters",
      { FilterCriteria: { Filters: Array(6).fill({ Pattern: '{"body":["a"]}' }) as object[] } },
      /^An event source mapping can have at most 5 filters\.$/,
    ],
    [
      "streams",
      { EventSourceArn: "arn:aws:dynamodb:us-east-1:123456789012:table/t/stream/1" },
      /does not support event sources of the service 'dynamodb'/,
    ],
    ["a reserved tag", { Tags: { "aws:team": "a" } }, /^Tag keys starting with 'aws:'/],
    ["an unknown function", { FunctionName: "nobody" }, /^Function not found: /],
  ];
  for (const [title, input, text] of refusals)
    it(`refuse ${title}`, async () => {
      expect((await errorOf(mapped.map(input))).message).to.match(text);
    });

  it("have tags from their creation on, which an update keeps", async () => {
    const { lambda } = mapped.aws;
    const { UUID = "", EventSourceMappingArn: Resource } = await mapped.map({ Tags: { a: "1" } });
    await lambda.send(new TagResourceCommand({ Resource, Tags: { b: "2", c: "3" } }));
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, BatchSize: 2 }));
    await lambda.send(new UntagResourceCommand({ Resource, TagKeys: ["a", "b"] }));
    const list = () => lambda.send(new ListTagsCommand({ Resource }));
    expect((await list()).Tags).to.deep.equal({ c: "3" });
    await lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
    expect((await errorOf(list())).name).to.equal("ResourceNotFoundException");
  });

  it("are listed by function and by source", async () => {
    const { UUID } = await mapped.map();
    const list = async (input: object) =>
      (
        await mapped.aws.lambda.send(new ListEventSourceMappingsCommand(input))
      ).EventSourceMappings?.map((one) => one.UUID);
    expect(await list({ FunctionName: "reader" })).to.deep.equal([UUID]);
    expect(await list({ EventSourceArn: mapped.arn })).to.deep.equal([UUID]);
    expect(await list({ EventSourceArn: `${mapped.arn}x` })).to.deep.equal([]);
  });
});
