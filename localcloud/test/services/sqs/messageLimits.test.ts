import { SendMessageCommand, type SendMessageCommandInput } from "@aws-sdk/client-sqs";
import { expectError, startSqs, type SqsHarness } from "./harness";

describe("SQS messages", () => {
  let h: SqsHarness;
  beforeEach(async () => {
    h = await startSqs();
  });
  afterEach(() => h.close());

  const send = (QueueUrl: string, body = "x", more: Partial<SendMessageCommandInput> = {}) =>
    h.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body, ...more }));

  for (const [parameter, value, text] of [
    ["MaxNumberOfMessages", 11, "Must be between 1 and 10, if provided."],
    ["MaxNumberOfMessages", 0, "Must be between 1 and 10, if provided."],
    ["WaitTimeSeconds", 21, "Must be >= 0 and <= 20, if provided."],
  ] as const) {
    it(`refuse ${parameter} = ${value}`, async () => {
      const QueueUrl = await h.queue("orders");
      await expectError(
        h.receive(QueueUrl, { [parameter]: value }),
        "InvalidParameterValue",
        `Value ${value} for parameter ${parameter} is invalid. Reason: ${text}`,
      );
    });
  }

  it("have a maximum size, counted in bytes", async () => {
    const QueueUrl = await h.queue("orders", { MaximumMessageSize: "1024" });
    await send(QueueUrl, "é".repeat(512));
    await expectError(
      send(QueueUrl, "é".repeat(512) + "x"),
      "InvalidParameterValue",
      "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.",
    );
    const attribute = { a: { DataType: "String", StringValue: "v" } };
    await expectError(
      send(QueueUrl, "x".repeat(1017), { MessageAttributes: attribute }),
      "InvalidParameterValue",
      /Message must be shorter than 1024 bytes/,
    );
    await send(QueueUrl, "x".repeat(1016), { MessageAttributes: attribute });
  });

  it("may have 1 MiB by default", async () => {
    const QueueUrl = await h.queue("orders");
    await send(QueueUrl, "x".repeat(1_048_576));
    await expectError(
      send(QueueUrl, "x".repeat(1_048_577)),
      "InvalidParameterValue",
      /1048576 bytes/,
    );
  });

  it("refuse characters that are invalid in XML", async () => {
    const QueueUrl = await h.queue("orders");
    await expectError(
      send(QueueUrl, "a\u0001b"),
      "InvalidMessageContents",
      /^Invalid binary character '#x1' was found in the message body/,
    );
  });

  for (const [name, attribute, text] of [
    ["AWS.x", { DataType: "String", StringValue: "v" }, /reserved for internal use/],
    ["a", { DataType: "Text", StringValue: "v" }, /has an invalid message attribute type/],
    [
      "a",
      { DataType: "String", StringValue: "" },
      /must contain non-empty message attribute value/,
    ],
    ["a", { DataType: "Number", StringValue: "many" }, /^Can't cast the value/],
    ["a..b", { DataType: "String", StringValue: "v" }, /attribute name 'a\.\.b' is invalid/],
  ] as const) {
    it(`refuse the message attribute ${name} ${JSON.stringify(attribute)}`, async () => {
      const QueueUrl = await h.queue("orders");
      const sending = send(QueueUrl, "x", { MessageAttributes: { [name]: attribute } });
      await expectError(sending, "InvalidParameterValue", text);
    });
  }

  it("refuse an eleventh message attribute", async () => {
    const QueueUrl = await h.queue("orders");
    const MessageAttributes = Object.fromEntries(
      Array.from({ length: 11 }, (_, i) => [`a${i}`, { DataType: "String", StringValue: "v" }]),
    );
    await expectError(
      send(QueueUrl, "x", { MessageAttributes }),
      "InvalidParameterValue",
      "Number of message attributes [11] exceeds the allowed maximum [10].",
    );
  });
});
