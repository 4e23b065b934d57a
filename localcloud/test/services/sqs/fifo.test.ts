import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  type SendMessageCommandInput,
} from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { arnOf, expectError, startSqs, type SqsHarness } from "./harness";

const DEDUPLICATION_SECONDS = 300;

describe("SQS FIFO queues", () => {
  let h: SqsHarness;
  beforeEach(async () => {
    h = await startSqs();
  });
  afterEach(() => h.close());

  const fifo = (name: string, attributes: Record<string, string> = {}): Promise<string> =>
    h.queue(`${name}.fifo`, {
      FifoQueue: "true",
      ContentBasedDeduplication: "true",
      ...attributes,
    });

  const send = (
    QueueUrl: string,
    body: string,
    group = "g",
    more: Partial<SendMessageCommandInput> = {},
  ) =>
    h.sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody: body, MessageGroupId: group, ...more }),
    );

  const bodies = async (QueueUrl: string, MaxNumberOfMessages = 10): Promise<string[]> =>
    (await h.receive(QueueUrl, { MaxNumberOfMessages })).map(({ Body }) => Body ?? "");

  it("deliver a group in the order of sending, several messages in one receive", async () => {
    const url = await fifo("a");
    for (const body of ["1", "2", "3"]) await send(url, body);
    expect(await bodies(url)).to.deep.equal(["1", "2", "3"]);
  });

  it("block a group while one of its messages is in flight, and no other group", async () => {
    const url = await fifo("a");
    for (const body of ["1", "2"]) await send(url, body, "g");
    await send(url, "other", "h");
    const [first] = await h.receive(url);
    expect(first.Body).to.equal("1");
    expect(await bodies(url)).to.deep.equal(["other"]);
    expect(await bodies(url)).to.deep.equal([]);
    await h.sqs.send(
      new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first.ReceiptHandle }),
    );
    expect(await bodies(url)).to.deep.equal(["2"]);
  });

  it("redeliver from the first message when the visibility timeout ends", async () => {
    const url = await fifo("a", { VisibilityTimeout: "10" });
    for (const body of ["1", "2", "3"]) await send(url, body);
    expect(await bodies(url, 2)).to.deep.equal(["1", "2"]);
    await h.advanceSeconds(10);
    expect(await bodies(url)).to.deep.equal(["1", "2", "3"]);
  });

  it("keep the group blocked until its last message in flight is visible again", async () => {
    const url = await fifo("a");
    for (const body of ["1", "2"]) await send(url, body);
    const [first, second] = await h.receive(url, { MaxNumberOfMessages: 10 });
    const back = (ReceiptHandle: string | undefined) =>
      h.sqs.send(
        new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 }),
      );
    await back(first.ReceiptHandle);
    expect(await bodies(url)).to.deep.equal([]);
    await back(second.ReceiptHandle);
    expect(await bodies(url)).to.deep.equal(["1", "2"]);
  });

  it("number messages in increasing order with 20 digits", async () => {
    const url = await fifo("a");
    const first = await send(url, "1");
    const second = await send(url, "2");
    expect(first.SequenceNumber).to.match(/^\d{20}$/);
    expect(BigInt(second.SequenceNumber ?? 0) > BigInt(first.SequenceNumber ?? 0)).to.equal(true);
    const [message] = await h.receive(url, { MessageSystemAttributeNames: ["All"] });
    expect(message.Attributes).to.include({
      MessageGroupId: "g",
      SequenceNumber: first.SequenceNumber,
    });
    expect(message.Attributes?.MessageDeduplicationId).to.match(/^[0-9a-f]{64}$/);
  });

  describe("deduplication", () => {
    it("drops a repeated body for five minutes and returns the first message", async () => {
      const url = await fifo("a");
      const first = await send(url, "same");
      await h.advanceSeconds(DEDUPLICATION_SECONDS - 1);
      const repeated = await send(url, "same");
      expect(repeated).to.include({
        MessageId: first.MessageId,
        SequenceNumber: first.SequenceNumber,
      });
      await h.advanceSeconds(1);
      const fresh = await send(url, "same");
      expect(fresh.MessageId).not.to.equal(first.MessageId);
      expect(await bodies(url)).to.deep.equal(["same", "same"]);
    });

    it("continues after the message was deleted", async () => {
      const url = await fifo("a");
      await send(url, "same");
      const [{ ReceiptHandle }] = await h.receive(url);
      await h.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
      await send(url, "same");
      expect(await bodies(url)).to.deep.equal([]);
    });

    it("uses the given id, whatever the body", async () => {
      const url = await fifo("a");
      await send(url, "1", "g", { MessageDeduplicationId: "id" });
      await send(url, "2", "g", { MessageDeduplicationId: "id" });
      await send(url, "1", "g", { MessageDeduplicationId: "other" });
      expect(await bodies(url)).to.deep.equal(["1", "1"]);
    });

    it("applies to the queue by default and to the group with that scope", async () => {
      const byQueue = await fifo("a");
      const byGroup = await fifo("b", { DeduplicationScope: "messageGroup" });
      for (const url of [byQueue, byGroup]) {
        await send(url, "same", "g");
        await send(url, "same", "h");
      }
      expect(await bodies(byQueue)).to.have.length(1);
      expect(await bodies(byGroup)).to.have.length(2);
    });

    it("requires an id or content-based deduplication", async () => {
      const url = await fifo("a", { ContentBasedDeduplication: "false" });
      await expectError(
        send(url, "1"),
        "InvalidParameterValue",
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
      );
    });
  });

  for (const [missing, entry, message] of [
    [
      "a group",
      { MessageDeduplicationId: "2" },
      /^The request must contain the parameter MessageGroupId\.$/,
    ],
    ["a deduplication id", { MessageGroupId: "g" }, /ContentBasedDeduplication enabled or/],
  ] as const)
    it(`refuse a whole batch because one entry lacks ${missing}`, async () => {
      const url = await fifo("a", { ContentBasedDeduplication: "false" });
      const whole = { MessageGroupId: "g", MessageDeduplicationId: "1" };
      const Entries = [
        { Id: "1", MessageBody: "x", ...whole },
        { Id: "2", MessageBody: "x", ...entry },
      ];
      await expectError(
        h.sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries })),
        "InvalidParameterValue",
        message,
      );
      expect(await bodies(url)).to.deep.equal([]);
    });

  it("require a group and accept no delay of a single message", async () => {
    const url = await fifo("a");
    await expectError(
      h.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "x" })),
      "MissingParameter",
      "The request must contain the parameter MessageGroupId.",
    );
    await expectError(
      send(url, "x", "g", { DelaySeconds: 5 }),
      "InvalidParameterValue",
      "Value 5 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.",
    );
    await expectError(
      send(url, "x", "two words"),
      "InvalidParameterValue",
      /^Value two words for parameter MessageGroupId is invalid\. Reason: MessageGroupId can only include/,
    );
  });

  it("apply a new delay of the queue to delayed messages", async () => {
    const url = await fifo("a", { DelaySeconds: "100" });
    await send(url, "1");
    await h.advanceSeconds(10);
    const Attributes = { DelaySeconds: "10" };
    await h.sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes }));
    expect(await bodies(url)).to.deep.equal(["1"]);
  });

  it("refuse to delete with a handle whose visibility timeout has ended", async () => {
    const url = await fifo("a", { VisibilityTimeout: "10" });
    await send(url, "1");
    const [{ ReceiptHandle }] = await h.receive(url);
    await h.advanceSeconds(10);
    await expectError(
      h.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle })),
      "InvalidParameterValue",
      /Reason: The receipt handle has expired\.$/,
    );
  });

  it("unblock a group by moving its dead letter, whose age starts again", async () => {
    const dead = await fifo("dead", { MessageRetentionPeriod: "100" });
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: arnOf("dead.fifo"),
      maxReceiveCount: 1,
    });
    const url = await fifo("a", { RedrivePolicy, VisibilityTimeout: "60" });
    await send(url, "poison");
    await send(url, "good");
    expect(await bodies(url, 1)).to.deep.equal(["poison"]);
    await h.advanceSeconds(60);
    expect(await bodies(url)).to.deep.equal(["good"]);
    await h.advanceSeconds(99);
    expect(await bodies(dead)).to.deep.equal(["poison"]);
  });

  describe("ReceiveRequestAttemptId", () => {
    it("returns the same messages again while they are unchanged", async () => {
      const url = await fifo("a", { VisibilityTimeout: "30" });
      await send(url, "1");
      const attempt = { ReceiveRequestAttemptId: "try" };
      const [first] = await h.receive(url, attempt);
      await h.advanceSeconds(20);
      const [again] = await h.receive(url, attempt);
      expect(again.ReceiptHandle).to.equal(first.ReceiptHandle);
      await h.advanceSeconds(20);
      expect(await bodies(url)).to.deep.equal([], "the second attempt hid the message again");
      await h.sqs.send(
        new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first.ReceiptHandle }),
      );
      expect(await h.receive(url, attempt)).to.deep.equal([]);
    });

    it("is not for standard queues", async () => {
      const url = await h.queue("standard");
      await expectError(
        h.receive(url, { ReceiveRequestAttemptId: "try" }),
        "InvalidParameterValue",
        /not valid for this queue type/,
      );
    });
  });
});
