import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
} from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { expectError, startSqs, type SqsHarness } from "./harness";

describe("SQS batches", () => {
  let h: SqsHarness;
  let QueueUrl: string;
  beforeEach(async () => {
    h = await startSqs();
    QueueUrl = await h.queue("orders");
  });
  afterEach(() => h.close());

  const send = (Entries: SendMessageBatchRequestEntry[]) =>
    h.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));

  const entries = (ids: string[]): SendMessageBatchRequestEntry[] =>
    ids.map((Id) => ({ Id, MessageBody: `body ${Id}` }));

  it("send, change and delete up to ten messages", async () => {
    const ids = Array.from({ length: 10 }, (_, i) => `m${i}`);
    const sent = await send(entries(ids));
    expect(sent.Successful?.map(({ Id }) => Id)).to.deep.equal(ids);
    expect(sent.Failed).to.equal(undefined);
    const received = await h.receive(QueueUrl, { MaxNumberOfMessages: 10 });
    const handles = received.map(({ ReceiptHandle }, i) => ({ Id: `${i}`, ReceiptHandle }));
    await h.sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: handles.map((entry) => ({ ...entry, VisibilityTimeout: 0 })),
      }),
    );
    const again = await h.receive(QueueUrl, { MaxNumberOfMessages: 10 });
    expect(again).to.have.length(10);
    const deleted = await h.sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: again.map(({ ReceiptHandle }, i) => ({ Id: `${i}`, ReceiptHandle })),
      }),
    );
    expect(deleted.Successful).to.have.length(10);
    await h.advanceSeconds(60);
    expect(await h.receive(QueueUrl)).to.deep.equal([]);
  });

  it("fail an entry separately and keep the others", async () => {
    const result = await send([
      { Id: "good", MessageBody: "x" },
      { Id: "late", MessageBody: "x", DelaySeconds: 901 },
      { Id: "odd", MessageBody: "\u0001" },
    ]);
    expect(result.Successful?.map(({ Id }) => Id)).to.deep.equal(["good"]);
    expect(result.Failed).to.deep.equal([
      {
        Id: "late",
        Code: "InvalidParameterValue",
        Message:
          "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
        SenderFault: true,
      },
      {
        Id: "odd",
        Code: "InvalidMessageContents",
        Message: result.Failed?.[1].Message,
        SenderFault: true,
      },
    ]);
    const handles = await h.sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: [{ Id: "a", ReceiptHandle: "nonsense" }],
      }),
    );
    expect(handles.Failed?.[0]).to.include({ Id: "a", Code: "ReceiptHandleIsInvalid" });
  });

  it("cannot be empty", () =>
    expectError(
      send([]),
      "EmptyBatchRequest",
      "There should be at least one SendMessageBatchRequestEntry in the request.",
    ));

  it("have at most ten entries", () =>
    expectError(
      send(entries(Array.from({ length: 11 }, (_, i) => `${i}`))),
      "TooManyEntriesInBatchRequest",
      "Maximum number of entries per request are 10. You have sent 11.",
    ));

  it("have distinct ids", () =>
    expectError(send(entries(["a", "b", "a"])), "BatchEntryIdsNotDistinct", "Id a repeated."));

  it("have ids of letters, digits, hyphens and underscores", () =>
    expectError(
      send(entries(["a b"])),
      "InvalidBatchEntryId",
      "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
    ));

  it("have at most 1 MiB in total", async () => {
    const half = "x".repeat(524_288);
    await send([
      { Id: "a", MessageBody: half },
      { Id: "b", MessageBody: half },
    ]);
    await expectError(
      send([
        { Id: "a", MessageBody: half },
        { Id: "b", MessageBody: `${half}x` },
      ]),
      "BatchRequestTooLong",
      "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.",
    );
  });
});
