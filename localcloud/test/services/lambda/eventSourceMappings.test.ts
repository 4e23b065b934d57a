import {
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  PutFunctionConcurrencyCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import { SendMessageBatchCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { until } from "./lambdaCloud";
import { CONSUMER, MappedQueue, READING } from "./mappedQueue";

describe("Lambda: SQS event source mappings", () => {
  let mapped: MappedQueue;
  beforeEach(async () => (mapped = await MappedQueue.start()));
  afterEach(() => mapped.aws.stop());

  it("pass messages to the function with its role, and delete them", async () => {
    const created = await mapped.map();
    expect(created).to.deep.include({
      State: "Creating",
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 0,
      EventSourceArn: mapped.arn,
      FunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:reader",
      FunctionResponseTypes: [],
    });
    await mapped.send("one");
    await until(() => mapped.batches().length === 1);
    await mapped.settled();
    expect(mapped.batches()).to.deep.equal([["one"]]);
    expect(await mapped.counts()).to.deep.equal([0, 0]);
    for (const operation of ["ReceiveMessage", "DeleteMessage"])
      expect(
        mapped.aws.cloud.recorder.find({ operation, roleName: "worker", outcome: "ok" }),
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
    const { UUID } = await mapped.map({ FilterCriteria });
    const order = '{"kind":"order","total":9}';
    for (const body of ['{"kind":"order","total":1}', "order", order, "hi", '["hi"]'])
      await mapped.send(body);
    await until(() => mapped.batches().flat().length >= 2);
    await mapped.settled();
    expect(mapped.batches().flat()).to.have.members([order, "hi"]);
    expect(await mapped.counts()).to.deep.equal([0, 0]);
    const { FilterCriteria: described } = await mapped.aws.lambda.send(
      new GetEventSourceMappingCommand({ UUID }),
    );
    expect(described).to.deep.equal(FilterCriteria);
    const cleared = await mapped.aws.lambda.send(
      new UpdateEventSourceMappingCommand({ UUID, FilterCriteria: {} }),
    );
    expect(cleared).not.to.have.property("FilterCriteria");
    await mapped.send("anything");
    await until(() => mapped.batches().flat().includes("anything"));
  });

  it("create records like AWS", async () => {
    await mapped.aws.create(
      "echo",
      "exports.handler = async (event) => console.log('EVENT ' + JSON.stringify(event));",
    );
    await mapped.map({ FunctionName: "echo" });
    await mapped.aws.sqs.send(
      new SendMessageCommand({
        QueueUrl: mapped.url,
        MessageBody: "hello",
        MessageAttributes: { kind: { DataType: "String", StringValue: "greeting" } },
      }),
    );
    const lines = () =>
      mapped.aws.logs.lines("/aws/lambda/echo").flatMap((line) => line.split("EVENT ")[1] ?? []);
    await until(() => lines().length === 1);
    const { Records } = JSON.parse(lines()[0]) as { Records: Record<string, unknown>[] };
    expect(Records[0]).to.deep.include({
      body: "hello",
      md5OfBody: "5d41402abc4b2a76b9719d911017c592",
      eventSource: "aws:sqs",
      eventSourceARN: mapped.arn,
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
    await mapped.send("plain");
    await until(() => lines().length === 2);
    const { Records: plain } = JSON.parse(lines()[1]) as { Records: Record<string, unknown>[] };
    expect(plain[0]).to.include({ body: "plain", md5OfMessageAttributes: null });
  });

  it("deliver a failed batch again when its visibility timeout ends", async () => {
    await mapped.map();
    await mapped.send("bad");
    await until(() => mapped.batches().length === 1);
    await mapped.settled();
    expect(await mapped.counts()).to.deep.equal([0, 1]);
    await mapped.aws.cloud.clock.advance(30_000);
    await until(() => mapped.batches().length === 2);
  });

  it("keep only the reported items of a batch in the queue", async () => {
    await mapped.aws.create("partial", READING.replace(/MODE/g, "MODE"), {
      Environment: { Variables: { MODE: "report" } },
    });
    await mapped.aws.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: mapped.url,
        Entries: ["good", "bad", "fine"].map((MessageBody, n) => ({ Id: `m${n}`, MessageBody })),
      }),
    );
    await mapped.map({
      FunctionName: "partial",
      FunctionResponseTypes: ["ReportBatchItemFailures"],
    });
    const done = () =>
      mapped.aws.logs.lines("/aws/lambda/partial").some((line) => line.startsWith("REPORT"));
    await until(done);
    await mapped.settled();
    expect(await mapped.counts()).to.deep.equal([0, 1]);
  });

  it("collect a batch within its batching window", async () => {
    await mapped.map({ BatchSize: 100, MaximumBatchingWindowInSeconds: 10 });
    for (const body of ["a", "b", "c"]) await mapped.send(body);
    await mapped.settled();
    expect(mapped.batches()).to.deep.equal([]);
    await mapped.aws.cloud.clock.advance(10_000);
    await until(() => mapped.batches().length === 1);
    expect(mapped.batches()[0]).to.have.members(["a", "b", "c"]);
  });

  it("increase the receive count of messages that a throttled function could not process", async () => {
    await mapped.aws.lambda.send(
      new PutFunctionConcurrencyCommand({
        FunctionName: "reader",
        ReservedConcurrentExecutions: 0,
      }),
    );
    await mapped.map();
    await mapped.send("patient");
    await mapped.settled();
    expect(await mapped.counts()).to.deep.equal([0, 1]);
    await mapped.aws.lambda.send(
      new PutFunctionConcurrencyCommand({
        FunctionName: "reader",
        ReservedConcurrentExecutions: 2,
      }),
    );
    await mapped.aws.cloud.clock.advance(30_000);
    await until(() => mapped.batches().length === 1);
  });

  it("move messages that fail too often to the queue's dead-letter queue", async () => {
    const [, deadArn] = await mapped.createQueue("dead");
    [mapped.url, mapped.arn] = await mapped.createQueue("redriven", {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadArn, maxReceiveCount: 2 }),
    });
    await mapped.map();
    await mapped.send("bad");
    await until(() => mapped.batches().length === 1);
    await mapped.settled();
    await mapped.aws.cloud.clock.advance(31_000);
    await until(() => mapped.batches().length === 2);
    await mapped.settled();
    await mapped.aws.cloud.clock.advance(60_000);
    await mapped.settled();
    expect(mapped.batches()).to.have.length(2);
    expect(await mapped.counts()).to.deep.equal([0, 0]);
    mapped.url = mapped.url.replace("redriven", "dead");
    expect(await mapped.counts()).to.deep.equal([1, 0]);
  });

  it("stop when disabled, and continue when enabled", async () => {
    const { UUID } = await mapped.map();
    const enable = (Enabled: boolean) =>
      mapped.aws.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
    await enable(false);
    const read = () => mapped.aws.lambda.send(new GetEventSourceMappingCommand({ UUID }));
    expect((await read()).State).to.equal("Disabled");
    await mapped.aws.cloud.clock.advance(20_000);
    await mapped.send("waiting");
    await mapped.settled();
    expect(mapped.batches()).to.deep.equal([]);
    await enable(true);
    await until(() => mapped.batches().length === 1);
    expect((await read()).State).to.equal("Enabled");
  });

  it("lose no message when a mapping is replaced during a long poll", async () => {
    const { UUID } = await mapped.map();
    await mapped.aws.lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
    await mapped.map({ BatchSize: 1 });
    await mapped.send("first");
    await mapped.send("second");
    await until(() => mapped.batches().flat().length === 2);
  });

  it("wait, without a busy loop, while the role may not read the queue", async () => {
    await mapped.map();
    await mapped.aws.grant("worker", ["logs:*"]);
    await mapped.aws.cloud.clock.advance(20_000);
    const from = mapped.aws.cloud.recorder.last;
    await mapped.aws.cloud.clock.advance(60_000);
    const denied = mapped.aws.cloud.recorder.find({
      operation: "ReceiveMessage",
      outcome: "denied",
      after: from,
    });
    expect(denied.length).to.be.within(1, 8);
    await mapped.send("late");
    await mapped.aws.grant("worker", CONSUMER);
    await mapped.aws.cloud.clock.advance(60_000);
    await until(() => mapped.batches().length === 1);
  });
});
