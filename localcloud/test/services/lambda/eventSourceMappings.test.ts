import {
  CreateEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  ListEventSourceMappingsCommand,
  PutFunctionConcurrencyCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { expect } from "chai";
import type { LambdaStore } from "../../../services/lambda/store";
import { errorOf, LambdaCloud, until } from "./lambdaCloud";

const CONSUMER = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "logs:*"];

/** Logs the bodies that it receives; fails for `bad`, or reports it if requested. */
const READING = `
  exports.handler = async (event) => {
    const bodies = event.Records.map((record) => record.body);
    console.log("GOT " + JSON.stringify(bodies));
    if (process.env.MODE === "report")
      return { batchItemFailures: event.Records.filter((r) => r.body === "bad").map((r) => ({ itemIdentifier: r.messageId })) };
    if (bodies.includes("bad")) throw new Error("bad message");
  };`;

describe("Lambda: SQS event source mappings", () => {
  let aws: LambdaCloud;
  let store: LambdaStore;
  let arn: string;
  let url: string;

  beforeEach(async () => {
    aws = await LambdaCloud.start("manual");
    store = aws.cloud.registry.named("lambda")?.store("us-east-1", aws.cloud) as LambdaStore;
    await aws.grant("worker", CONSUMER);
    [url, arn] = await queue("work");
    await aws.create("reader", READING, { Timeout: 10 });
  });
  afterEach(() => aws.stop());

  const queue = async (
    QueueName: string,
    Attributes: Record<string, string> = {},
  ): Promise<[string, string]> => {
    const { QueueUrl = "" } = await aws.sqs.send(
      new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: "30", ...Attributes } }),
    );
    return [QueueUrl, `arn:aws:sqs:us-east-1:123456789012:${QueueName}`];
  };
  const map = (input: Partial<CreateEventSourceMappingCommandInput> = {}) =>
    aws.lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: "reader",
        EventSourceArn: arn,
        ...input,
      }),
    );
  const send = (MessageBody: string) =>
    aws.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody }));
  const batches = (): string[][] =>
    aws.logs
      .lines("/aws/lambda/reader")
      .flatMap((line) => /GOT (.*)$/.exec(line)?.[1] ?? [])
      .map((text) => JSON.parse(text) as string[]);
  const counts = async (): Promise<[visible: number, inFlight: number]> => {
    const { Attributes } = await aws.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] }),
    );
    return [
      Number(Attributes?.ApproximateNumberOfMessages),
      Number(Attributes?.ApproximateNumberOfMessagesNotVisible),
    ];
  };
  const settled = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    await store.idle();
  };

  it("pass messages to the function with its role, and delete them", async () => {
    const created = await map();
    expect(created).to.deep.include({
      State: "Creating",
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 0,
      EventSourceArn: arn,
      FunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:reader",
      FunctionResponseTypes: [],
    });
    await send("one");
    await until(() => batches().length === 1);
    await settled();
    expect(batches()).to.deep.equal([["one"]]);
    expect(await counts()).to.deep.equal([0, 0]);
    for (const operation of ["ReceiveMessage", "DeleteMessage"])
      expect(
        aws.cloud.recorder.find({ operation, roleName: "worker", outcome: "ok" }),
      ).to.not.deep.equal([]);
  });

  it("pass what a filter matches, as JSON or as text, and delete the rest", async () => {
    const patterns = [
      { body: { kind: ["order"], total: [{ numeric: [">", 5] }] } },
      { body: ["hi"] },
    ];
    const FilterCriteria = {
      Filters: patterns.map((pattern) => ({ Pattern: JSON.stringify(pattern) })),
    };
    const { UUID } = await map({ FilterCriteria });
    const order = '{"kind":"order","total":9}';
    for (const body of ['{"kind":"order","total":1}', "order", order, "hi", '["hi"]'])
      await send(body);
    await until(() => batches().flat().length >= 2);
    await settled();
    expect(batches().flat()).to.have.members([order, "hi"]);
    expect(await counts()).to.deep.equal([0, 0]);
    const { FilterCriteria: told } = await aws.lambda.send(
      new GetEventSourceMappingCommand({ UUID }),
    );
    expect(told).to.deep.equal(FilterCriteria);
    const cleared = await aws.lambda.send(
      new UpdateEventSourceMappingCommand({ UUID, FilterCriteria: {} }),
    );
    expect(cleared).not.to.have.property("FilterCriteria");
    await send("anything");
    await until(() => batches().flat().includes("anything"));
  });

  it("create records like AWS", async () => {
    await aws.create(
      "echo",
      "exports.handler = async (event) => console.log('EVENT ' + JSON.stringify(event));",
    );
    await map({ FunctionName: "echo" });
    await aws.sqs.send(
      new SendMessageCommand({
        QueueUrl: url,
        MessageBody: "hello",
        MessageAttributes: { kind: { DataType: "String", StringValue: "greeting" } },
      }),
    );
    const lines = () =>
      aws.logs.lines("/aws/lambda/echo").flatMap((line) => line.split("EVENT ")[1] ?? []);
    await until(() => lines().length === 1);
    const { Records } = JSON.parse(lines()[0]) as { Records: Record<string, unknown>[] };
    expect(Records[0]).to.deep.include({
      body: "hello",
      md5OfBody: "5d41402abc4b2a76b9719d911017c592",
      eventSource: "aws:sqs",
      eventSourceARN: arn,
      awsRegion: "us-east-1",
      messageAttributes: {
        kind: {
          stringValue: "greeting",
          stringListValues: [],
          binaryListValues: [],
          dataType: "String",
        },
      },
    });
    expect(Records[0]).to.have.all.keys(
      "messageId",
      "receiptHandle",
      "body",
      "attributes",
      "messageAttributes",
      "md5OfMessageAttributes",
      "md5OfBody",
      "eventSource",
      "eventSourceARN",
      "awsRegion",
    );
    expect(Records[0].attributes).to.include.keys(
      "ApproximateReceiveCount",
      "SentTimestamp",
      "SenderId",
      "ApproximateFirstReceiveTimestamp",
    );
    await send("plain");
    await until(() => lines().length === 2);
    const { Records: plain } = JSON.parse(lines()[1]) as { Records: Record<string, unknown>[] };
    expect(plain[0]).to.include({ body: "plain", md5OfMessageAttributes: null });
  });

  it("deliver a failed batch again when its visibility timeout ends", async () => {
    await map();
    await send("bad");
    await until(() => batches().length === 1);
    await settled();
    expect(await counts()).to.deep.equal([0, 1]);
    await aws.cloud.clock.advance(30_000);
    await until(() => batches().length === 2);
  });

  it("keep only the reported items of a batch in the queue", async () => {
    await aws.create("partial", READING.replace(/MODE/g, "MODE"), {
      Environment: { Variables: { MODE: "report" } },
    });
    await aws.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: url,
        Entries: ["good", "bad", "fine"].map((MessageBody, n) => ({ Id: `m${n}`, MessageBody })),
      }),
    );
    await map({ FunctionName: "partial", FunctionResponseTypes: ["ReportBatchItemFailures"] });
    const done = () =>
      aws.logs.lines("/aws/lambda/partial").some((line) => line.startsWith("REPORT"));
    await until(done);
    await settled();
    expect(await counts()).to.deep.equal([0, 1]);
  });

  it("collect a batch within its batching window", async () => {
    await map({ BatchSize: 100, MaximumBatchingWindowInSeconds: 10 });
    for (const body of ["a", "b", "c"]) await send(body);
    await settled();
    expect(batches()).to.deep.equal([]);
    await aws.cloud.clock.advance(10_000);
    await until(() => batches().length === 1);
    expect(batches()[0]).to.have.members(["a", "b", "c"]);
  });

  it("increase the receive count of messages that a throttled function could not process", async () => {
    await aws.lambda.send(
      new PutFunctionConcurrencyCommand({
        FunctionName: "reader",
        ReservedConcurrentExecutions: 0,
      }),
    );
    await map();
    await send("patient");
    await settled();
    expect(await counts()).to.deep.equal([0, 1]);
    await aws.lambda.send(
      new PutFunctionConcurrencyCommand({
        FunctionName: "reader",
        ReservedConcurrentExecutions: 2,
      }),
    );
    await aws.cloud.clock.advance(30_000);
    await until(() => batches().length === 1);
  });

  it("move messages that fail too often to the queue's dead-letter queue", async () => {
    const [, deadArn] = await queue("dead");
    [url, arn] = await queue("redriven", {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadArn, maxReceiveCount: 2 }),
    });
    await map();
    await send("bad");
    await until(() => batches().length === 1);
    await settled();
    await aws.cloud.clock.advance(31_000);
    await until(() => batches().length === 2);
    await settled();
    await aws.cloud.clock.advance(60_000);
    await settled();
    expect(batches()).to.have.length(2);
    expect(await counts()).to.deep.equal([0, 0]);
    url = url.replace("redriven", "dead");
    expect(await counts()).to.deep.equal([1, 0]);
  });

  it("stop when disabled, and continue when enabled", async () => {
    const { UUID } = await map();
    const enable = (Enabled: boolean) =>
      aws.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
    await enable(false);
    const read = () => aws.lambda.send(new GetEventSourceMappingCommand({ UUID }));
    expect((await read()).State).to.equal("Disabled");
    await aws.cloud.clock.advance(20_000);
    await send("waiting");
    await settled();
    expect(batches()).to.deep.equal([]);
    await enable(true);
    await until(() => batches().length === 1);
    expect((await read()).State).to.equal("Enabled");
  });

  it("lose no message when a mapping is replaced during a long poll", async () => {
    const { UUID } = await map();
    await aws.lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
    await map({ BatchSize: 1 });
    await send("first");
    await send("second");
    await until(() => batches().flat().length === 2);
  });

  it("wait, without a busy loop, while the role may not read the queue", async () => {
    await map();
    await aws.grant("worker", ["logs:*"]);
    await aws.cloud.clock.advance(20_000);
    const from = aws.cloud.recorder.last;
    await aws.cloud.clock.advance(60_000);
    const denied = aws.cloud.recorder.find({
      operation: "ReceiveMessage",
      outcome: "denied",
      after: from,
    });
    expect(denied.length).to.be.within(1, 8);
    await send("late");
    await aws.grant("worker", CONSUMER);
    await aws.cloud.clock.advance(60_000);
    await until(() => batches().length === 1);
  });

  it("refuse a queue with a visibility timeout below the function's timeout", async () => {
    await aws.create("long", READING, { Timeout: 31 });
    const error = await errorOf(map({ FunctionName: "long" }));
    expect(error.name).to.equal("InvalidParameterValueException");
    expect(error.message).to.equal(
      "Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds",
    );
  });

  for (const missing of ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"])
    it(`refuse a role without sqs:${missing}`, async () => {
      await send("untouched");
      await aws.grant(
        "worker",
        CONSUMER.filter((action) => !action.endsWith(missing)),
      );
      const error = await errorOf(map());
      expect(error.name).to.equal("InvalidParameterValueException");
      expect(error.message).to.equal(
        `The function execution role does not have permissions to call ${missing} on SQS`,
      );
      expect(await counts()).to.deep.equal([1, 0]);
    });

  it("refuse a queue that does not exist, and a second mapping of the same pair", async () => {
    const missing = await errorOf(map({ EventSourceArn: `${arn}-missing` }));
    expect(missing.message).to.match(
      /^Error occurred while ReceiveMessage\. SQS Error Code: AWS\.SimpleQueueService\.NonExistentQueue\./,
    );
    const { UUID } = await map();
    const again = await errorOf(map());
    expect(again.name).to.equal("ResourceConflictException");
    expect(again.message).to.equal(
      `The event source arn (" ${arn} ") and function (" reader ") provided mapping already exists. ` +
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
    ["an unknown function", { FunctionName: "nobody" }, /^Function not found: /],
  ];
  for (const [title, input, text] of refusals)
    it(`refuse ${title}`, async () => {
      expect((await errorOf(map(input))).message).to.match(text);
    });

  it("are listed by function and by source", async () => {
    const { UUID } = await map();
    const list = async (input: object) =>
      (await aws.lambda.send(new ListEventSourceMappingsCommand(input))).EventSourceMappings?.map(
        (one) => one.UUID,
      );
    expect(await list({ FunctionName: "reader" })).to.deep.equal([UUID]);
    expect(await list({ EventSourceArn: arn })).to.deep.equal([UUID]);
    expect(await list({ EventSourceArn: `${arn}x` })).to.deep.equal([]);
  });
});
