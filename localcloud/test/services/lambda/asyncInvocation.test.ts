import {
  DeleteFunctionEventInvokeConfigCommand,
  GetFunctionEventInvokeConfigCommand,
  ListFunctionEventInvokeConfigsCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  type PutFunctionEventInvokeConfigCommandInput,
  UpdateFunctionEventInvokeConfigCommand,
} from "@aws-sdk/client-lambda";
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  type Message,
  ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";
import { expect } from "chai";
import type { LambdaStore } from "../../../services/lambda/store";
import { errorOf, LambdaCloud } from "./lambdaCloud";

const MINUTE = 60_000;
const FAILING =
  "exports.handler = async (e) => { console.log('ran'); if (e.fail) throw new Error('no: ' + e.fail); return { done: e }; };";

describe("Lambda: asynchronous invocation", () => {
  let aws: LambdaCloud;
  let store: LambdaStore;
  beforeEach(async () => {
    aws = await LambdaCloud.start("manual");
    store = aws.cloud.registry.named("lambda")?.store("us-east-1", aws.cloud) as LambdaStore;
    await aws.grant("worker", ["logs:*", "sqs:SendMessage", "lambda:InvokeFunction"]);
  });
  afterEach(() => aws.stop());

  const configure = (
    FunctionName: string,
    input: Partial<PutFunctionEventInvokeConfigCommandInput>,
  ) => aws.lambda.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, ...input }));
  /** Invokes asynchronously (202) and waits until the first attempt has ended. */
  const send = async (name: string, event: unknown): Promise<void> => {
    const { statusCode, version } = await aws.invoke(name, event, { InvocationType: "Event" });
    expect(statusCode).to.equal(202);
    expect(version).to.equal(undefined);
    await store.idle();
  };
  const runs = (name: string): number =>
    aws.logs.lines(`/aws/lambda/${name}`).filter((line) => line.endsWith("ran")).length;
  const queue = async (QueueName: string): Promise<string> => {
    await aws.sqs.send(new CreateQueueCommand({ QueueName }));
    return `arn:aws:sqs:us-east-1:123456789012:${QueueName}`;
  };
  const messages = async (queueArn: string): Promise<Message[]> => {
    const command = new ReceiveMessageCommand({
      QueueUrl: store.queueUrl(queueArn),
      MessageAttributeNames: ["All"],
      MaxNumberOfMessages: 10,
    });
    return (await aws.sqs.send(command)).Messages ?? [];
  };
  const records = async (queueArn: string) =>
    (await messages(queueArn)).map(({ Body = "" }) => JSON.parse(Body) as Record<string, never>);

  it("retries an error after one minute and after two more, then drops the event", async () => {
    await aws.create("retried", FAILING);
    const destination = await queue("failures");
    await configure("retried", { DestinationConfig: { OnFailure: { Destination: destination } } });
    await send("retried", { fail: "always" });
    expect(runs("retried")).to.equal(1);
    await aws.cloud.clock.advance(MINUTE - 1);
    expect(runs("retried")).to.equal(1);
    await aws.cloud.clock.advance(1);
    expect(runs("retried")).to.equal(2);
    await aws.cloud.clock.advance(2 * MINUTE - 1);
    expect(runs("retried")).to.equal(2);
    expect(await records(destination)).to.deep.equal([]);
    await aws.cloud.clock.advance(1);
    expect(runs("retried")).to.equal(3);
    const [record] = await records(destination);
    expect(record.version).to.equal("1.0");
    expect(record.requestContext).to.deep.include({
      functionArn: "arn:aws:lambda:us-east-1:123456789012:function:retried:$LATEST",
      condition: "RetriesExhausted",
      approximateInvokeCount: 3,
    });
    expect(record.requestPayload).to.deep.equal({ fail: "always" });
    expect(record.responseContext).to.deep.equal({
      statusCode: 200,
      executedVersion: "$LATEST",
      functionError: "Unhandled",
    });
    expect(record.responsePayload).to.include({ errorType: "Error", errorMessage: "no: always" });
    await aws.cloud.clock.advance(6 * 60 * MINUTE);
    expect(runs("retried")).to.equal(3);
  });

  it("sends the record with the function's role", async () => {
    await aws.create("recorded", FAILING);
    const destination = await queue("done");
    await configure("recorded", { DestinationConfig: { OnSuccess: { Destination: destination } } });
    await send("recorded", { n: 1 });
    const [record] = await records(destination);
    expect(record.requestContext).to.include({ condition: "Success", approximateInvokeCount: 1 });
    expect(record.responsePayload).to.deep.equal({ done: { n: 1 } });
    const calls = aws.cloud.recorder.find({ operation: "SendMessage", outcome: "ok" });
    expect(
      calls.map(({ principal }) => (principal.type === "role" ? principal.roleName : "")),
    ).to.deep.equal(["worker"]);
    expect(calls[0].principal).to.not.have.property("sourceFunctionArn", "x");
  });

  it("keeps the request id in retries", async () => {
    await aws.create(
      "identified",
      "exports.handler = async (e, c) => { console.log('id', c.awsRequestId); throw new Error('no'); };",
    );
    await send("identified", {});
    await aws.cloud.clock.advance(3 * MINUTE);
    const ids = aws.logs
      .lines("/aws/lambda/identified")
      .flatMap((line) => /id ([0-9a-f-]{36})$/.exec(line)?.[1] ?? []);
    expect(ids).to.have.length(3);
    expect(new Set(ids).size).to.equal(1);
  });

  for (const retries of [0, 1])
    it(`retries ${retries} times when configured so`, async () => {
      await aws.create("limited", FAILING);
      await configure("limited", { MaximumRetryAttempts: retries });
      await send("limited", { fail: "x" });
      await aws.cloud.clock.advance(10 * MINUTE);
      expect(runs("limited")).to.equal(retries + 1);
    });

  it("drops an event whose next attempt would come after its maximum age", async () => {
    await aws.create("aging", FAILING);
    const destination = await queue("old");
    await configure("aging", {
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination: destination } },
    });
    await send("aging", { fail: "x" });
    const [record] = await records(destination);
    expect(record.requestContext).to.include({
      condition: "EventAgeExceeded",
      approximateInvokeCount: 1,
    });
    await aws.cloud.clock.advance(10 * MINUTE);
    expect(runs("aging")).to.equal(1);
  });

  it("retries a throttled event until there is concurrency", async () => {
    await aws.create("throttled", FAILING);
    store.accountConcurrency = 0;
    await send("throttled", { n: 1 });
    await aws.cloud.clock.advance(30 * MINUTE);
    expect(runs("throttled")).to.equal(0);
    store.accountConcurrency = 1000;
    await aws.cloud.clock.advance(5 * MINUTE);
    expect(runs("throttled")).to.equal(1);
  });

  it("drops a throttled event after six hours", async () => {
    await aws.create("starved", FAILING);
    const destination = await queue("starved");
    await configure("starved", { DestinationConfig: { OnFailure: { Destination: destination } } });
    store.accountConcurrency = 0;
    await send("starved", { n: 1 });
    await aws.cloud.clock.advance(5 * 60 * MINUTE);
    expect(await records(destination)).to.deep.equal([]);
    await aws.cloud.clock.advance(60 * MINUTE);
    const [record] = await records(destination);
    expect(record.requestContext).to.include({
      condition: "EventAgeExceeded",
      approximateInvokeCount: 0,
    });
    expect(record).to.not.have.property("responsePayload");
  });

  it("sends events of a function with no concurrency at all straight to the destination", async () => {
    await aws.create("zero", FAILING);
    const destination = await queue("zero");
    await configure("zero", { DestinationConfig: { OnFailure: { Destination: destination } } });
    await aws.lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName: "zero", ReservedConcurrentExecutions: 0 }),
    );
    await send("zero", { n: 1 });
    const [record] = await records(destination);
    expect(record.requestContext).to.include({ condition: "ZeroReservedConcurrency" });
  });

  it("sends the event itself to the dead-letter queue", async () => {
    const target = await queue("dead");
    await aws.create("lettered", FAILING, { DeadLetterConfig: { TargetArn: target } });
    await configure("lettered", { MaximumRetryAttempts: 0 });
    await send("lettered", { fail: "x" });
    const [message] = await messages(target);
    expect(JSON.parse(message.Body ?? "")).to.deep.equal({ fail: "x" });
    expect(message.MessageAttributes).to.have.nested.property("ErrorCode.StringValue", "200");
    expect(message.MessageAttributes).to.have.nested.property("ErrorMessage.StringValue", "no: x");
    expect(message.MessageAttributes?.RequestID.StringValue).to.match(/^[0-9a-f-]{36}$/);
  });

  it("refuses a dead-letter queue and a destination that the role may not send to", async () => {
    const target = await queue("closed");
    const Role = await aws.role("poor", []);
    const dead = await errorOf(
      aws.create("poor", FAILING, { Role, DeadLetterConfig: { TargetArn: target } }),
    );
    expect(dead.message).to.equal(
      "The provided execution role does not have permissions to call SendMessage on SQS",
    );
    await aws.create("poor", FAILING, { Role });
    const error = await errorOf(
      configure("poor", { DestinationConfig: { OnFailure: { Destination: target } } }),
    );
    expect(error.message).to.equal(
      `The function's execution role does not have permissions to call SendMessage on ${target}`,
    );
  });

  it("logs which record could not be delivered", async () => {
    await aws.create("stranded", FAILING);
    const destination = await queue("vanishing");
    await configure("stranded", { DestinationConfig: { OnSuccess: { Destination: destination } } });
    await aws.sqs.send(new DeleteQueueCommand({ QueueUrl: store.queueUrl(destination) }));
    await send("stranded", {});
    const line = aws.logs
      .lines("/aws/lambda/stranded")
      .find((text) => text.startsWith("DestinationDeliveryFailures"));
    expect(line).to.contain(`could not be sent to ${destination}: `);
  });

  it("invokes a function as destination", async () => {
    await aws.create("source", FAILING);
    await aws.create(
      "sink",
      "exports.handler = async (e) => { console.log('got', e.requestContext.condition, 'ran'); };",
    );
    const Destination = "arn:aws:lambda:us-east-1:123456789012:function:sink";
    await configure("source", { DestinationConfig: { OnSuccess: { Destination } } });
    await send("source", {});
    await store.idle();
    expect(
      aws.logs.lines("/aws/lambda/sink").some((line) => line.endsWith("got Success ran")),
    ).to.equal(true);
    const self = await errorOf(
      configure("sink", { DestinationConfig: { OnSuccess: { Destination } } }),
    );
    expect(self.message).to.equal("You can't specify the function as a destination for itself.");
  });

  it("retries events of other functions while one of them fails", async () => {
    await aws.create("bad", FAILING);
    await aws.create("good", FAILING);
    await Promise.all([send("bad", { fail: "x" }), send("good", {}), send("good", {})]);
    await aws.cloud.clock.advance(3 * MINUTE);
    expect([runs("bad"), runs("good")]).to.deep.equal([3, 2]);
  });

  it("keeps, changes, lists and deletes the configuration of a qualifier", async () => {
    await aws.create("settings", FAILING, { Publish: true });
    const FunctionName = "settings";
    const empty = await errorOf(configure(FunctionName, {}));
    expect(empty.message).to.equal(
      "You must specify at least one of error handling or destination setting.",
    );
    const range = await errorOf(configure(FunctionName, { MaximumRetryAttempts: 3 }));
    expect(range.message).to.match(/'maximumRetryAttempts'.*less than or equal to 2$/);
    const age = await errorOf(configure(FunctionName, { MaximumEventAgeInSeconds: 59 }));
    expect(age.name).to.equal("ValidationException");
    const sns = await errorOf(
      configure(FunctionName, {
        DestinationConfig: { OnFailure: { Destination: "arn:aws:sns:us-east-1:123456789012:t" } },
      }),
    );
    expect(sns.message).to.contain("does not support the destination arn:aws:sns");
    const get = (Qualifier?: string) =>
      aws.lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName, Qualifier }));
    expect((await errorOf(get())).message).to.equal(
      "The function arn:aws:lambda:us-east-1:123456789012:function:settings:$LATEST doesn't have an EventInvokeConfig",
    );
    await configure(FunctionName, { Qualifier: "1", MaximumRetryAttempts: 1 });
    await aws.lambda.send(
      new UpdateFunctionEventInvokeConfigCommand({
        FunctionName,
        Qualifier: "1",
        MaximumEventAgeInSeconds: 100,
      }),
    );
    expect(await get("1")).to.deep.include({
      FunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:settings:1",
      MaximumRetryAttempts: 1,
      MaximumEventAgeInSeconds: 100,
      DestinationConfig: { OnSuccess: {}, OnFailure: {} },
    });
    const listed = await aws.lambda.send(
      new ListFunctionEventInvokeConfigsCommand({ FunctionName }),
    );
    expect(listed.FunctionEventInvokeConfigs).to.have.length(1);
    await aws.lambda.send(
      new DeleteFunctionEventInvokeConfigCommand({ FunctionName, Qualifier: "1" }),
    );
    expect((await errorOf(get("1"))).name).to.equal("ResourceNotFoundException");
  });

  it("sends what a streaming handler wrote to the destination, as a text if it is no JSON", async () => {
    const destination = await queue("streamed");
    for (const [name, text] of [
      ["words", "Once upon a time"],
      ["object", '{"n":1}'],
    ]) {
      await aws.create(
        name,
        `exports.handler = awslambda.streamifyResponse(async (_event, stream) => {
          stream.write(${JSON.stringify(text)});
          stream.end();
        });`,
      );
      await configure(name, { DestinationConfig: { OnSuccess: { Destination: destination } } });
      await send(name, {});
      await aws.cloud.clock.advance(0);
    }
    const payloads = (await records(destination)).map(({ responsePayload }) => responsePayload);
    expect(payloads).to.deep.equal(["Once upon a time", { n: 1 }]);
  });
});
