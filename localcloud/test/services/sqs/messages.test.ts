import { createHash } from "node:crypto";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  type SendMessageCommandInput,
} from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { rootPrincipal } from "../../../core/principal";
import { arnOf, expectError, startSqs, type SqsHarness } from "./harness";

describe("SQS messages", () => {
  let h: SqsHarness;
  beforeEach(async () => {
    h = await startSqs();
  });
  afterEach(() => h.close());

  const send = (QueueUrl: string, body = "x", more: Partial<SendMessageCommandInput> = {}) =>
    h.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body, ...more }));

  const counts = async (QueueUrl: string): Promise<number[]> => {
    const names = [
      "ApproximateNumberOfMessages",
      "ApproximateNumberOfMessagesNotVisible",
      "ApproximateNumberOfMessagesDelayed",
    ] as const;
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] });
    const { Attributes = {} } = await h.sqs.send(command);
    return names.map((name) => Number(Attributes[name]));
  };

  const remove = (QueueUrl: string, ReceiptHandle: string | undefined) =>
    h.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));

  const changeVisibility = (
    QueueUrl: string,
    ReceiptHandle: string | undefined,
    VisibilityTimeout: number,
  ) =>
    h.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));

  it("are returned as sent, with digests that the SDK accepts", async () => {
    const QueueUrl = await h.queue("orders");
    const body = '{"emoji": "🎉", "text": "Zürich"}';
    const MessageAttributes = {
      kind: { DataType: "String", StringValue: "crème" },
      size: { DataType: "Number.int", StringValue: "12" },
      raw: { DataType: "Binary", BinaryValue: new Uint8Array([0, 255, 7]) },
    };
    const trace = "Root=1-5759e988-bd862e3fe1be46a994272793";
    const sent = await send(QueueUrl, body, {
      MessageAttributes,
      MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: trace } },
    });
    expect(sent.MD5OfMessageBody).to.equal(createHash("md5").update(body).digest("hex"));
    const now = String(h.cloud.clock.now());
    const [message] = await h.receive(QueueUrl, {
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
    });
    expect(message).to.include({ Body: body, MessageId: sent.MessageId });
    expect(message.MD5OfMessageAttributes).to.equal(sent.MD5OfMessageAttributes);
    expect(message.MessageAttributes?.kind).to.deep.equal(MessageAttributes.kind);
    expect([...(message.MessageAttributes?.raw.BinaryValue ?? [])]).to.deep.equal([0, 255, 7]);
    expect(message.Attributes).to.deep.equal({
      SenderId: "123456789012",
      SentTimestamp: now,
      ApproximateReceiveCount: "1",
      ApproximateFirstReceiveTimestamp: now,
      AWSTraceHeader: trace,
    });
  });

  it("have the digest of message attributes that AWS documents", async () => {
    const QueueUrl = await h.queue("orders");
    const sent = await send(QueueUrl, "x", {
      MessageAttributes: { b: { DataType: "String", StringValue: "v" } },
    });
    const bytes = Buffer.from("0000000162" + "00000006537472696e67" + "01" + "0000000176", "hex");
    expect(sent.MD5OfMessageAttributes).to.equal(createHash("md5").update(bytes).digest("hex"));
  });

  it("are returned with only the requested attributes, and their own digest", async () => {
    const QueueUrl = await h.queue("orders", { VisibilityTimeout: "0" });
    const text = (StringValue: string) => ({ DataType: "String", StringValue });
    await send(QueueUrl, "x", {
      MessageAttributes: { "a.b": text("1"), "a.c": text("2"), d: text("3") },
    });
    const names = async (MessageAttributeNames?: string[]): Promise<string[]> => {
      const [message] = await h.receive(QueueUrl, { MessageAttributeNames });
      return Object.keys(message.MessageAttributes ?? {}).sort();
    };
    expect(await names()).to.deep.equal([]);
    expect(await names(["d"])).to.deep.equal(["d"]);
    expect(await names(["a.*"])).to.deep.equal(["a.b", "a.c"]);
    expect(await names([".*"])).to.deep.equal(["a.b", "a.c", "d"]);
  });

  it("are hidden for the visibility timeout after a receive, and count their receives", async () => {
    const QueueUrl = await h.queue("orders", { VisibilityTimeout: "30" });
    await send(QueueUrl);
    expect(await h.receive(QueueUrl)).to.have.length(1);
    expect(await counts(QueueUrl)).to.deep.equal([0, 1, 0]);
    await h.advanceSeconds(29);
    expect(await h.receive(QueueUrl)).to.have.length(0);
    await h.advanceSeconds(1);
    const [again] = await h.receive(QueueUrl, {
      AttributeNames: ["ApproximateReceiveCount"],
    } as never);
    expect(again.Attributes).to.deep.equal({ ApproximateReceiveCount: "2" });
  });

  it("are deleted only by the newest handle; an old one succeeds without effect", async () => {
    const QueueUrl = await h.queue("orders", { VisibilityTimeout: "10" });
    await send(QueueUrl);
    const [first] = await h.receive(QueueUrl);
    await h.advanceSeconds(10);
    const [second] = await h.receive(QueueUrl);
    await remove(QueueUrl, first.ReceiptHandle);
    expect(await counts(QueueUrl)).to.deep.equal([0, 1, 0]);
    await remove(QueueUrl, second.ReceiptHandle);
    await remove(QueueUrl, second.ReceiptHandle);
    expect(await counts(QueueUrl)).to.deep.equal([0, 0, 0]);
  });

  it("can be deleted after their visibility timeout unless they were received again", async () => {
    const QueueUrl = await h.queue("orders", { VisibilityTimeout: "10" });
    await send(QueueUrl);
    const [message] = await h.receive(QueueUrl);
    await h.advanceSeconds(11);
    await remove(QueueUrl, message.ReceiptHandle);
    expect(await counts(QueueUrl)).to.deep.equal([0, 0, 0]);
  });

  it("refuse a handle that no queue or another queue has issued", async () => {
    const QueueUrl = await h.queue("orders");
    const other = await h.queue("other");
    await send(other);
    const [{ ReceiptHandle }] = await h.receive(other);
    for (const handle of ["nonsense", ReceiptHandle])
      await expectError(
        remove(QueueUrl, handle),
        "ReceiptHandleIsInvalid",
        `The input receipt handle "${handle}" is not a valid receipt handle.`,
      );
  });

  describe("ChangeMessageVisibility", () => {
    it("extends from now, and zero makes the message visible immediately", async () => {
      const QueueUrl = await h.queue("orders", { VisibilityTimeout: "10" });
      await send(QueueUrl);
      const [{ ReceiptHandle }] = await h.receive(QueueUrl);
      await h.advanceSeconds(9);
      await changeVisibility(QueueUrl, ReceiptHandle, 100);
      await h.advanceSeconds(99);
      expect(await h.receive(QueueUrl)).to.have.length(0);
      await changeVisibility(QueueUrl, ReceiptHandle, 0);
      expect(await h.receive(QueueUrl)).to.have.length(1);
    });

    it("never goes beyond 12 hours after the receive", async () => {
      const QueueUrl = await h.queue("orders");
      await send(QueueUrl);
      const [{ ReceiptHandle }] = await h.receive(QueueUrl);
      await h.advanceSeconds(10);
      await changeVisibility(QueueUrl, ReceiptHandle, 43_190);
      await expectError(
        changeVisibility(QueueUrl, ReceiptHandle, 43_191),
        "InvalidParameterValue",
        "Value 43191 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]",
      );
      await expectError(
        changeVisibility(QueueUrl, ReceiptHandle, 43_201),
        "InvalidParameterValue",
        /^Value 43201 for parameter VisibilityTimeout is invalid\./,
      );
    });

    it("accepts an expired or replaced handle without effect", async () => {
      const QueueUrl = await h.queue("orders", { VisibilityTimeout: "10" });
      await send(QueueUrl);
      const [first] = await h.receive(QueueUrl);
      await h.advanceSeconds(10);
      await changeVisibility(QueueUrl, first.ReceiptHandle, 5);
      const [second] = await h.receive(QueueUrl);
      expect(second.MessageId).to.equal(first.MessageId);
      await changeVisibility(QueueUrl, first.ReceiptHandle, 0);
      expect(await h.receive(QueueUrl)).to.have.length(0);
    });

    it("refuses a message that is deleted", async () => {
      const QueueUrl = await h.queue("orders", { VisibilityTimeout: "10" });
      await send(QueueUrl);
      const [second] = await h.receive(QueueUrl);
      const gone = /Message does not exist or is not available for visibility timeout change\.$/;
      await remove(QueueUrl, second.ReceiptHandle);
      await expectError(
        changeVisibility(QueueUrl, second.ReceiptHandle, 5),
        "InvalidParameterValue",
        gone,
      );
    });
  });

  it("are delayed by message or by queue; a new delay of the queue does not affect waiting messages", async () => {
    const QueueUrl = await h.queue("orders", { DelaySeconds: "10" });
    await send(QueueUrl, "own", { DelaySeconds: 5 });
    await send(QueueUrl, "queue");
    const Attributes = { DelaySeconds: "0" };
    await h.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
    expect(await counts(QueueUrl)).to.deep.equal([0, 0, 2]);
    await h.advanceSeconds(5);
    expect((await h.receive(QueueUrl)).map(({ Body }) => Body)).to.deep.equal(["own"]);
    await h.advanceSeconds(5);
    expect((await h.receive(QueueUrl)).map(({ Body }) => Body)).to.deep.equal(["queue"]);
  });

  it("are dropped when their retention ends, even in flight", async () => {
    const QueueUrl = await h.queue("orders", { MessageRetentionPeriod: "60" });
    await send(QueueUrl);
    await h.advanceSeconds(50);
    await h.receive(QueueUrl, { VisibilityTimeout: 100 });
    expect(await counts(QueueUrl)).to.deep.equal([0, 1, 0]);
    await h.advanceSeconds(10);
    expect(await counts(QueueUrl)).to.deep.equal([0, 0, 0]);
  });

  describe("dead letters", () => {
    const twoQueues = async (retention = "345600"): Promise<{ source: string; dead: string }> => {
      const dead = await h.queue("dead", { MessageRetentionPeriod: retention });
      const RedrivePolicy = JSON.stringify({
        deadLetterTargetArn: arnOf("dead"),
        maxReceiveCount: 2,
      });
      const source = await h.queue("orders", { RedrivePolicy, VisibilityTimeout: "0" });
      return { source, dead };
    };

    it("move when they are received once more than the redrive policy allows", async () => {
      const { source, dead } = await twoQueues();
      const { MessageId } = await send(source, "poison");
      expect(await h.receive(source)).to.have.length(1);
      expect(await h.receive(source)).to.have.length(1);
      expect(await counts(dead)).to.deep.equal([0, 0, 0]);
      expect(await h.receive(source)).to.have.length(0);
      const [letter] = await h.receive(dead, { MessageSystemAttributeNames: ["All"] });
      expect(letter).to.include({ Body: "poison", MessageId });
      expect(letter.Attributes).to.include({ DeadLetterQueueSourceArn: arnOf("orders") });
    });

    it("are replaced by the next message in the same receive", async () => {
      const { source } = await twoQueues();
      await send(source, "poison");
      await h.receive(source);
      await h.receive(source);
      await send(source, "good");
      const received = await h.receive(source, { MaxNumberOfMessages: 10 });
      expect(received.map(({ Body }) => Body)).to.deep.equal(["good"]);
    });

    it("expire by the age of their first send", async () => {
      const { source, dead } = await twoQueues("100");
      await send(source);
      await h.receive(source);
      await h.receive(source);
      await h.advanceSeconds(60);
      await h.receive(source);
      expect(await counts(dead)).to.deep.equal([1, 0, 0]);
      await h.advanceSeconds(40);
      expect(await counts(dead)).to.deep.equal([0, 0, 0]);
    });
  });

  describe("long polling", () => {
    it("returns as soon as a message is sent", async () => {
      const QueueUrl = await h.queue("orders");
      const waiting = h.receive(QueueUrl, { WaitTimeSeconds: 20 });
      await send(QueueUrl, "hello");
      expect((await waiting).map(({ Body }) => Body)).to.deep.equal(["hello"]);
    });

    it("returns when a delay or a visibility timeout ends", async () => {
      const QueueUrl = await h.queue("orders", { VisibilityTimeout: "7" });
      await send(QueueUrl, "late", { DelaySeconds: 5 });
      const delayed = h.receive(QueueUrl, { WaitTimeSeconds: 20 });
      await untilCalled("ReceiveMessage", 0, () => h.advanceSeconds(5));
      expect((await delayed).map(({ Body }) => Body)).to.deep.equal(["late"]);
      const returned = h.receive(QueueUrl, { WaitTimeSeconds: 20 });
      await untilCalled("ReceiveMessage", 1, () => h.advanceSeconds(7));
      expect((await returned).map(({ Body }) => Body)).to.deep.equal(["late"]);
    });

    it("returns nothing when the time is over", async () => {
      const QueueUrl = await h.queue("orders", { ReceiveMessageWaitTimeSeconds: "3" });
      const waiting = h.receive(QueueUrl);
      await untilCalled("ReceiveMessage", 0, () => h.advanceSeconds(3));
      expect(await waiting).to.deep.equal([]);
    });

    it("serves waiting receives in the order of arrival", async () => {
      const QueueUrl = await h.queue("orders");
      const first = h.receive(QueueUrl, { WaitTimeSeconds: 20 });
      await send(await h.queue("barrier"));
      const second = h.receive(QueueUrl, { WaitTimeSeconds: 20 });
      await send(QueueUrl, "1");
      await send(QueueUrl, "2");
      const bodies = (await Promise.all([first, second])).flat().map(({ Body }) => Body);
      expect(bodies.sort()).to.deep.equal(["1", "2"]);
    });

    it("ends with an error when the queue is deleted", async () => {
      const QueueUrl = await h.queue("orders");
      const waiting = h.receive(QueueUrl, { WaitTimeSeconds: 20 });
      const outcome = expectError(waiting, "QueueDoesNotExist", /does not exist/);
      await h.sqs.send(new DeleteQueueCommand({ QueueUrl }));
      await outcome;
    });

    it("ends with no messages when the cloud stops", async () => {
      const QueueUrl = await h.queue("orders");
      const waiting = h.cloud.call({
        service: "sqs",
        operation: "ReceiveMessage",
        input: { QueueUrl, WaitTimeSeconds: 20 },
        principal: rootPrincipal("123456789012"),
      });
      await h.close();
      expect(await waiting).to.deep.equal({});
    });

    /** Advances repeatedly until call number `after` + 1 of that name has a response. */
    async function untilCalled(
      operation: string,
      after: number,
      advance: () => Promise<void>,
    ): Promise<void> {
      // The request is sent over a socket, so the time may have moved before it arrives.
      const answered = (): number => h.cloud.recorder.find({ service: "sqs", operation }).length;
      while (answered() <= after) {
        await new Promise((resolve) => setImmediate(resolve));
        await advance();
      }
    }
  });

  it("accept a group id on a standard queue and no deduplication id", async () => {
    const QueueUrl = await h.queue("orders");
    await send(QueueUrl, "x", { MessageGroupId: "tenant" });
    const [message] = await h.receive(QueueUrl, {
      MessageSystemAttributeNames: ["MessageGroupId"],
    });
    expect(message.Attributes).to.deep.equal({ MessageGroupId: "tenant" });
    await expectError(
      send(QueueUrl, "x", { MessageDeduplicationId: "d" }),
      "InvalidParameterValue",
      /The request include parameter that is not valid for this queue type\.$/,
    );
  });

  it("find the queue by the path of its URL, whatever the host", async () => {
    await h.queue("orders");
    const client = h.sqs;
    const QueueUrl = "https://sqs.us-east-1.amazonaws.com/123456789012/orders";
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
    await expectError(
      client.send(
        new SendMessageCommand({
          QueueUrl: QueueUrl.replace("123456789012", "1"),
          MessageBody: "x",
        }),
      ),
      "QueueDoesNotExist",
      /does not exist/,
    );
  });
});
