import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  PutMetricAlarmCommand,
} from "@aws-sdk/client-cloudwatch";
import {
  DeleteMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { arnOf, startSqs, type SqsHarness } from "./harness";

const HOUR = 3600;

describe("SQS: metrics", () => {
  let aws: SqsHarness;
  let cloudwatch: CloudWatchClient;
  let url: string;

  beforeEach(async () => {
    aws = await startSqs();
    cloudwatch = new CloudWatchClient({
      region: "us-east-1",
      endpoint: aws.cloud.endpoint,
      credentials: { accessKeyId: "AKIAOWNER", secretAccessKey: "secret" },
    });
    const now = aws.cloud.clock.now();
    await aws.cloud.clock.advance(Math.ceil(now / 60_000) * 60_000 - now);
    url = await aws.queue("work");
  });
  afterEach(async () => {
    cloudwatch.destroy();
    await aws.close();
  });

  /** Returns one value for each minute that has one, oldest first. */
  async function values(name: string, stat: string, queue = "work"): Promise<number[]> {
    const { MetricDataResults } = await cloudwatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(aws.cloud.clock.now() - 24 * HOUR * 1000),
        EndTime: aws.cloud.clock.date(),
        ScanBy: "TimestampAscending",
        MetricDataQueries: [
          {
            Id: "m",
            MetricStat: {
              Metric: {
                Namespace: "AWS/SQS",
                MetricName: name,
                Dimensions: [{ Name: "QueueName", Value: queue }],
              },
              Period: 60,
              Stat: stat,
            },
          },
        ],
      }),
    );
    return MetricDataResults?.[0].Values ?? [];
  }

  const reports = (): number => aws.cloud.recorder.find({ operation: "PutMetricData" }).length;

  const send = (body: string, QueueUrl = url): Promise<unknown> =>
    aws.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));

  it("count sent, received and deleted messages in each minute", async () => {
    await send("one");
    await aws.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: url,
        Entries: [
          { Id: "a", MessageBody: "12345" },
          { Id: "b", MessageBody: "later", DelaySeconds: 600 },
        ],
      }),
    );
    await aws.advanceSeconds(60);
    const [message] = await aws.receive(url);
    await aws.sqs.send(
      new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message.ReceiptHandle }),
    );
    await aws.receive(url, { VisibilityTimeout: 600 });
    await aws.receive(url);
    await aws.advanceSeconds(60);
    expect(await values("NumberOfMessagesSent", "Sum")).to.deep.equal([3, 0]);
    expect(await values("NumberOfMessagesReceived", "Sum")).to.deep.equal([0, 2]);
    expect(await values("NumberOfMessagesDeleted", "Sum")).to.deep.equal([0, 1]);
    expect(await values("NumberOfEmptyReceives", "Sum")).to.deep.equal([0, 1]);
    expect(await values("SentMessageSize", "Maximum")).to.deep.equal([5]);
    expect(await values("SentMessageSize", "Average")).to.deep.equal([13 / 3]);
    expect(await values("ApproximateNumberOfMessagesVisible", "Maximum")).to.deep.equal([2, 0]);
    expect(await values("ApproximateNumberOfMessagesNotVisible", "Maximum")).to.deep.equal([0, 1]);
    expect(await values("ApproximateNumberOfMessagesDelayed", "Maximum")).to.deep.equal([1, 1]);
  });

  it("report the age of the oldest message, but not of one that was received three times", async () => {
    await send("stubborn");
    await aws.advanceSeconds(60);
    await send("young");
    await aws.advanceSeconds(60);
    expect(await values("ApproximateAgeOfOldestMessage", "Maximum")).to.deep.equal([59, 119]);
    const receiveBoth = async (times: number): Promise<void> => {
      for (let time = 0; time < times; time += 1)
        await aws.receive(url, { MaxNumberOfMessages: 10, VisibilityTimeout: 0 });
    };
    await receiveBoth(2);
    await send("youngest");
    await receiveBoth(1);
    await aws.advanceSeconds(60);
    expect(await values("ApproximateAgeOfOldestMessage", "Maximum")).to.deep.equal([59, 119, 59]);
    await receiveBoth(2);
    await aws.advanceSeconds(60);
    expect(await values("ApproximateAgeOfOldestMessage", "Maximum")).to.have.length(3);
  });

  it("count a dead letter's age from its move, and do not count it as sent", async () => {
    const dead = await aws.queue("dead");
    const source = await aws.queue("source", {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf("dead"), maxReceiveCount: 1 }),
      VisibilityTimeout: "0",
    });
    await send("poison", source);
    await aws.advanceSeconds(3 * 60);
    await aws.receive(source);
    await aws.receive(source);
    await aws.advanceSeconds(60);
    expect(await values("ApproximateNumberOfMessagesVisible", "Maximum", "dead")).to.deep.equal([
      1,
    ]);
    expect(await values("ApproximateAgeOfOldestMessage", "Maximum", "dead")).to.deep.equal([59]);
    expect(await values("NumberOfMessagesSent", "Sum", "dead")).to.deep.equal([0]);
    expect(await aws.receive(dead)).to.have.length(1);
  });

  it("count groups in flight and duplicates of a FIFO queue", async () => {
    const fifo = await aws.queue("line.fifo", { FifoQueue: "true" });
    for (const [group, id] of [
      ["a", "1"],
      ["a", "1"],
      ["b", "2"],
    ])
      await aws.sqs.send(
        new SendMessageCommand({
          QueueUrl: fifo,
          MessageBody: "x",
          MessageGroupId: group,
          MessageDeduplicationId: id,
        }),
      );
    await aws.receive(fifo, { MaxNumberOfMessages: 10, VisibilityTimeout: 600 });
    await aws.advanceSeconds(60);
    const of = (name: string): Promise<number[]> => values(name, "Maximum", "line.fifo");
    expect(await of("NumberOfDeduplicatedSentMessages")).to.deep.equal([1]);
    expect(await of("NumberOfMessagesSent")).to.deep.equal([2]);
    expect(await of("ApproximateNumberOfGroupsWithInflightMessages")).to.deep.equal([2]);
  });

  it("report nothing before a message moves, and stop six hours after the last one moved", async () => {
    await aws.receive(url);
    await aws.advanceSeconds(HOUR);
    expect(reports()).to.equal(0);
    await send("one");
    const [message] = await aws.receive(url);
    await aws.sqs.send(
      new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message.ReceiptHandle }),
    );
    await aws.advanceSeconds(24 * HOUR);
    expect(reports()).to.equal(360);
    await send("two");
    await aws.advanceSeconds(24 * HOUR);
    expect(reports()).to.equal(360 + 24 * 60);
  });

  it("trigger an alarm in the minute after a message arrived, and return it to OK when it is deleted", async () => {
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: "letters",
        Namespace: "AWS/SQS",
        MetricName: "ApproximateNumberOfMessagesVisible",
        Dimensions: [{ Name: "QueueName", Value: "work" }],
        Statistic: "Maximum",
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 0,
        ComparisonOperator: "GreaterThanThreshold",
        TreatMissingData: "notBreaching",
      }),
    );
    const state = async (): Promise<string | undefined> =>
      (await cloudwatch.send(new DescribeAlarmsCommand({}))).MetricAlarms?.[0].StateValue;
    await aws.advanceSeconds(120);
    expect(await state()).to.equal("OK");
    await send("letter");
    await aws.advanceSeconds(60);
    expect(await state()).to.equal("ALARM");
    const [message] = await aws.receive(url);
    await aws.sqs.send(
      new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message.ReceiptHandle }),
    );
    await aws.advanceSeconds(180);
    expect(await state()).to.equal("OK");
  });
});
