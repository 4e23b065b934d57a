import {
  CancelMessageMoveTaskCommand,
  ListMessageMoveTasksCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
  type ListMessageMoveTasksResultEntry,
  type StartMessageMoveTaskCommandInput,
} from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { arnOf, expectError, startSqs, type SqsHarness } from "./harness";

describe("SQS dead-letter queue redrive", () => {
  let h: SqsHarness;
  let dead: string;
  let source: string;
  beforeEach(async () => {
    h = await startSqs();
    dead = await h.queue("dead");
    const deadLetterTargetArn = arnOf("dead");
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1 });
    source = await h.queue("orders", { RedrivePolicy, VisibilityTimeout: "0" });
  });
  afterEach(() => h.close());

  const bury = async (bodies: string[]): Promise<void> => {
    for (const MessageBody of bodies)
      await h.sqs.send(new SendMessageCommand({ QueueUrl: source, MessageBody }));
    const MaxNumberOfMessages = 10;
    while ((await h.receive(source, { MaxNumberOfMessages })).length > 0);
  };

  const start = (more: Partial<StartMessageMoveTaskCommandInput> = {}) =>
    h.sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arnOf("dead"), ...more }));

  const tasks = async (): Promise<ListMessageMoveTasksResultEntry[]> => {
    const command = new ListMessageMoveTasksCommand({ SourceArn: arnOf("dead"), MaxResults: 10 });
    return (await h.sqs.send(command)).Results ?? [];
  };

  it("moves dead letters back to their source queues, as new messages", async () => {
    await bury(["1", "2"]);
    await start();
    await h.advanceSeconds(1);
    const MessageSystemAttributeNames = ["ApproximateReceiveCount" as const];
    const back = await h.receive(source, { MaxNumberOfMessages: 10, MessageSystemAttributeNames });
    expect(back.map(({ Body }) => Body).sort()).to.deep.equal(["1", "2"]);
    expect(back[0].Attributes).to.deep.equal({ ApproximateReceiveCount: "1" });
    expect(await h.receive(dead)).to.deep.equal([]);
    const [task] = await tasks();
    expect(task).to.include({
      Status: "COMPLETED",
      ApproximateNumberOfMessagesMoved: 2,
      ApproximateNumberOfMessagesToMove: 2,
    });
    expect(task).not.to.have.property("TaskHandle");
  });

  it("moves to another queue, at a maximum rate, until it is cancelled", async () => {
    const other = await h.queue("other");
    await bury(["1", "2", "3"]);
    const { TaskHandle } = await start({
      DestinationArn: arnOf("other"),
      MaxNumberOfMessagesPerSecond: 1,
    });
    await h.advanceSeconds(1);
    expect(await h.receive(other, { MaxNumberOfMessages: 10 })).to.have.length(2);
    expect((await tasks())[0]).to.include({ Status: "RUNNING", TaskHandle });
    await expectError(start(), "UnsupportedOperation", /There is already a task running/);
    const cancelled = await h.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
    expect(cancelled.ApproximateNumberOfMessagesMoved).to.equal(2);
    await h.advanceSeconds(10);
    expect(await h.receive(dead, { MaxNumberOfMessages: 10 })).to.have.length(1);
    expect((await tasks())[0].Status).to.equal("CANCELLED");
    await expectError(
      h.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle })),
      "InvalidParameterValue",
      "Only active tasks can be cancelled.",
    );
  });

  it("fails for a message with an unknown source", async () => {
    await h.sqs.send(new SendMessageCommand({ QueueUrl: dead, MessageBody: "direct" }));
    await start();
    await h.advanceSeconds(1);
    expect((await tasks())[0]).to.include({
      Status: "FAILED",
      FailureReason: "CouldNotDetermineMessageSource",
    });
    expect(await h.receive(dead)).to.have.length(1);
  });

  it("starts only from a dead-letter queue, to a queue that exists", async () => {
    await expectError(
      start({ SourceArn: arnOf("orders") }),
      "InvalidParameterValue",
      "Source queue must be configured as a Dead Letter Queue.",
    );
    await expectError(
      start({ SourceArn: arnOf("nowhere") }),
      "ResourceNotFoundException",
      "The resource that you specified for the SourceArn parameter doesn't exist.",
    );
    await expectError(
      start({ DestinationArn: arnOf("nowhere") }),
      "ResourceNotFoundException",
      "The resource that you specified for the DestinationArn parameter doesn't exist.",
    );
    await expectError(
      start({ MaxNumberOfMessagesPerSecond: 501 }),
      "InvalidParameterValue",
      /^Value 501 for parameter MaxNumberOfMessagesPerSecond is invalid/,
    );
  });
});
