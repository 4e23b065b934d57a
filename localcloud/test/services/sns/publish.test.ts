import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as sdk from "@aws-sdk/client-sns";
import { expect } from "chai";
import { rootPrincipal, servicePrincipal } from "../../../core/principal";
import { expectAwsError } from "../../support/expectAwsError";
import { roleSession } from "../../support/roleSession";
import { until } from "../../support/until";
import { ACCOUNT, settings, SnsBench, type Body } from "./fixture";

const texts = (bodies: readonly Body[]): string[] => bodies.map((body) => body.Message).sort();

describe("SNS publishing", () => {
  let bench: SnsBench;
  before(async () => {
    bench = await SnsBench.start();
  });
  after(() => bench.stop());

  it("wraps a message for a queue with its subject and attributes", async () => {
    const [topic, queue] = [await bench.topic(), await bench.queue()];
    await bench.subscribe(topic, queue);
    const { MessageId } = await bench.publish(topic, "hello", {
      Subject: "Greeting",
      MessageAttributes: { color: { DataType: "String", StringValue: "red" } },
    });
    const [body] = await bench.bodies(queue);
    expect(body).to.include({
      Type: "Notification",
      MessageId,
      TopicArn: topic,
      Subject: "Greeting",
      Message: "hello",
    });
    expect(body.MessageAttributes).to.deep.equal({ color: { Type: "String", Value: "red" } });
  });

  it("sends the raw text with message attributes to a subscription with raw delivery", async () => {
    const [topic, queue] = [await bench.topic(), await bench.queue()];
    await bench.subscribe(topic, queue, { RawMessageDelivery: "true" });
    await bench.publish(topic, "hello", {
      MessageAttributes: { n: { DataType: "Number", StringValue: "1" } },
    });
    const [{ Body, MessageAttributes }] = await bench.messages(queue);
    expect(Body).to.equal("hello");
    expect(MessageAttributes?.n).to.include({ DataType: "Number", StringValue: "1" });
  });

  it("invokes a function with the event that Lambda documents", async () => {
    const topic = await bench.topic();
    const endpoint = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:f`;
    const subscription = await bench.subscribe(topic, endpoint, {}, "lambda");
    await bench.publish(topic, "hello");
    const invocation = bench.invocations.at(-1);
    expect(invocation?.FunctionName).to.equal(endpoint);
    const [record] = invocation?.event.Records as Record<string, unknown>[];
    expect(record).to.include({
      EventSource: "aws:sns",
      EventVersion: "1.0",
      EventSubscriptionArn: subscription,
    });
    expect(record.Sns).to.deep.include({
      Type: "Notification",
      TopicArn: topic,
      Subject: null,
      Message: "hello",
      MessageAttributes: {},
    });
  });

  it("sends each protocol its separate text of a structured message", async () => {
    const [topic, queue] = [await bench.topic(), await bench.queue()];
    await bench.subscribe(topic, queue);
    const json = JSON.stringify({ default: "all", sqs: "queues", lambda: "functions" });
    await bench.publish(topic, json, { MessageStructure: "json" });
    await bench.publish(topic, '{"default":"all"}', { MessageStructure: "json" });
    expect(texts(await bench.bodies(queue))).to.deep.equal(["all", "queues"]);
    await expectAwsError(
      bench.publish(topic, "{}", { MessageStructure: "json" }),
      "InvalidParameterException",
      "Invalid parameter: Message Structure - No default entry in JSON message body",
    );
  });

  describe("filters", () => {
    const attributes = (values: Record<string, string | number | string[]>) =>
      Object.fromEntries(
        Object.entries(values).map(([name, value]) => [
          name,
          Array.isArray(value)
            ? { DataType: "String.Array", StringValue: JSON.stringify(value) }
            : typeof value === "number"
              ? { DataType: "Number", StringValue: String(value) }
              : { DataType: "String", StringValue: value },
        ]),
      );
    const cases: [
      policy: object,
      passes: Record<string, string | number | string[]>,
      stops: Record<string, string | number | string[]>,
    ][] = [
      [{ store: ["a", "b"] }, { store: "b" }, { store: "c" }],
      [
        { store: ["a"], event: [{ "anything-but": "cancelled" }] },
        { store: "a", event: "placed" },
        { store: "a", event: "cancelled" },
      ],
      [{ price: [{ numeric: [">=", 100] }] }, { price: 100 }, { price: 99.9 }],
      [{ color: [{ prefix: "re" }] }, { color: "red" }, { color: "green" }],
      [{ color: [{ exists: false }] }, { other: "x" }, { color: "red" }],
      [{ interests: ["rugby"] }, { interests: ["golf", "rugby"] }, { interests: ["golf"] }],
      [{ $or: [{ a: ["1"] }, { b: ["2"] }] }, { b: "2" }, { a: "2", b: "1" }],
    ];
    for (const [policy, passes, stops] of cases)
      it(`match ${JSON.stringify(passes)} with ${JSON.stringify(policy)} and not ${JSON.stringify(stops)}`, async () => {
        const [topic, queue] = [await bench.topic(), await bench.queue()];
        await bench.subscribe(topic, queue, { FilterPolicy: JSON.stringify(policy) });
        await bench.publish(topic, "yes", { MessageAttributes: attributes(passes) });
        await bench.publish(topic, "no", { MessageAttributes: attributes(stops) });
        expect(texts(await bench.bodies(queue))).to.deep.equal(["yes"]);
      });

    it("match the body if that is their scope", async () => {
      const [topic, queue] = [await bench.topic(), await bench.queue()];
      await bench.subscribe(topic, queue, {
        FilterPolicyScope: "MessageBody",
        FilterPolicy: '{"order":{"state":["paid"]}}',
      });
      for (const message of ['{"order":{"state":"paid"}}', '{"order":{"state":"new"}}', "text"])
        await bench.publish(topic, message);
      expect(texts(await bench.bodies(queue))).to.deep.equal(['{"order":{"state":"paid"}}']);
    });
  });

  describe("to a FIFO topic", () => {
    const fifo = { FifoTopic: "true", ContentBasedDeduplication: "true" };

    it("keeps order and group, and drops duplicates within five minutes", async () => {
      const topic = await bench.topic(fifo);
      const queue = await bench.queue({ FifoQueue: "true" });
      await bench.subscribe(topic, queue);
      const group = { MessageGroupId: "g" };
      const first = await bench.publish(topic, "one", group);
      expect((await bench.publish(topic, "one", group)).MessageId).to.equal(first.MessageId);
      await bench.publish(topic, "two", group);
      const messages = await bench.messages(queue);
      const bodies = messages.map(({ Body = "" }) => JSON.parse(Body) as Body);
      expect(bodies.map(({ Message }) => Message)).to.deep.equal(["one", "two"]);
      expect(bodies[0].SequenceNumber).to.match(/^\d{20}$/);
      expect(bodies[0].SequenceNumber).to.equal(first.SequenceNumber);
      expect(messages[0].Attributes?.MessageGroupId).to.equal("g");
      await bench.cloud.clock.advance(5 * 60_000);
      await bench.publish(topic, "one", group);
      expect(await bench.messages(queue)).to.have.length(1);
    });

    it("refuses a message without a group or without a deduplication id", async () => {
      await expectAwsError(
        bench.publish(await bench.topic(fifo), "m"),
        "InvalidParameterException",
        "Invalid parameter: The MessageGroupId parameter is required for FIFO topics",
      );
      await expectAwsError(
        bench.publish(await bench.topic({ FifoTopic: "true" }), "m", { MessageGroupId: "g" }),
        "InvalidParameterException",
        "Invalid parameter: The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
      );
    });
  });

  it("reports the result of each entry of a batch", async () => {
    const [topic, queue] = [await bench.topic(), await bench.queue()];
    await bench.subscribe(topic, queue);
    const batch = (...entries: sdk.PublishBatchRequestEntry[]): Promise<sdk.PublishBatchResponse> =>
      bench.sns.send(
        new sdk.PublishBatchCommand({ TopicArn: topic, PublishBatchRequestEntries: entries }),
      );
    const { Successful, Failed } = await batch(
      { Id: "a", Message: "one" },
      { Id: "b", Message: "" },
    );
    expect(Successful?.map(({ Id }) => Id)).to.deep.equal(["a"]);
    expect(Failed).to.deep.equal([
      {
        Id: "b",
        Code: "InvalidParameter",
        Message: "Invalid parameter: Empty message",
        SenderFault: true,
      },
    ]);
    expect(texts(await bench.bodies(queue))).to.deep.equal(["one"]);
    await expectAwsError(batch(), "EmptyBatchRequestException");
    await expectAwsError(
      batch({ Id: "a", Message: "1" }, { Id: "a", Message: "2" }),
      "BatchEntryIdsNotDistinctException",
    );
  });

  it("refuses a message above 256 KB and a subject of two lines", async () => {
    const topic = await bench.topic();
    await bench.publish(topic, "x".repeat(262_144));
    await expectAwsError(
      bench.publish(topic, "x".repeat(262_145)),
      "InvalidParameterException",
      "Invalid parameter: Message too long",
    );
    await expectAwsError(
      bench.publish(topic, "x", { Subject: "a\nb" }),
      "InvalidParameterException",
      "Invalid parameter: Subject",
    );
  });

  describe("fails", () => {
    it("into the subscription's dead-letter queue, immediately if the queue does not allow SNS", async () => {
      const topic = await bench.topic();
      const [closed, dead] = [await bench.queue({}, false), await bench.queue()];
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead });
      await bench.subscribe(topic, closed, { RedrivePolicy });
      await bench.publish(topic, "hello");
      expect(await bench.messages(closed)).to.have.length(0);
      expect(texts(await bench.bodies(dead))).to.deep.equal(["hello"]);
    });

    it("and retries a throttled queue until it accepts the message", async () => {
      const [topic, queue] = [await bench.topic(), await bench.queue()];
      await bench.subscribe(topic, queue);
      bench.cloud.faults.add({
        kind: "throttle",
        service: "sqs",
        operation: "SendMessage",
        times: 4,
      });
      await bench.publish(topic, "hello");
      await bench.cloud.clock.advance(10_000);
      expect(texts(await bench.bodies(queue))).to.deep.equal(["hello"]);
    });
  });

  describe("over HTTP", () => {
    let server: Server;
    let url: string;
    const received: { headers: IncomingHttpHeaders; body: string }[] = [];
    let status = 200;

    before(async () => {
      server = createServer((request, response) => {
        let body = "";
        request.on("data", (chunk: Buffer) => (body += chunk.toString()));
        request.on("end", () => {
          received.push({ headers: request.headers, body });
          response.writeHead(status).end();
        });
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    after(() => {
      server.closeAllConnections();
      server.close();
    });
    beforeEach(() => {
      received.splice(0);
      status = 200;
    });

    /** Subscribes this server, and confirms the subscription by the link that it receives. */
    async function confirmed(
      topic: string,
      Attributes: Record<string, string> = {},
    ): Promise<void> {
      await bench.subscribe(topic, `${url}/${topic.split(":").at(-1)}`, Attributes, "http");
      await until("a request", () => received.length === 1);
      const { SubscribeURL } = JSON.parse(received[0].body) as { SubscribeURL: string };
      expect((await fetch(SubscribeURL)).status).to.equal(200);
      received.splice(0);
    }

    it("sends nothing before the endpoint has visited the confirmation link", async () => {
      const topic = await bench.topic();
      await bench.subscribe(topic, `${url}/pending`, {}, "http");
      await until("a request", () => received.length === 1);
      expect(received[0].headers).to.include({
        "x-amz-sns-message-type": "SubscriptionConfirmation",
        "x-amz-sns-topic-arn": topic,
      });
      await bench.publish(topic, "early");
      await bench.publish(topic, "early");
      const { Attributes } = await bench.sns.send(
        new sdk.GetTopicAttributesCommand({ TopicArn: topic }),
      );
      expect(Attributes).to.include({ SubscriptionsPending: "1", SubscriptionsConfirmed: "0" });
      const { SubscribeURL } = JSON.parse(received[0].body) as { SubscribeURL: string };
      await fetch(SubscribeURL);
      await bench.publish(topic, "now");
      await until("a second request", () => received.length === 2);
      expect((JSON.parse(received[1].body) as Body).Message).to.equal("now");
      expect(received[1].headers).to.include({ "x-amz-sns-message-type": "Notification" });
    });

    it("unsubscribes by the link in a message", async () => {
      const topic = await bench.topic();
      await confirmed(topic);
      await bench.publish(topic, "one");
      await until("a request", () => received.length === 1);
      await fetch((JSON.parse(received[0].body) as Body).UnsubscribeURL);
      const command = new sdk.ListSubscriptionsByTopicCommand({ TopicArn: topic });
      expect((await bench.sns.send(command)).Subscriptions).to.deep.equal([]);
    });

    it("retries a failing server three times, 20 seconds apart, and not a refusing one", async () => {
      const [topic, dead] = [await bench.topic(), await bench.queue()];
      await confirmed(topic, { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead }) });
      status = 500;
      await bench.publish(topic, "broken");
      await until("a dead letter", async () => {
        await bench.cloud.clock.advance(20_000);
        return texts(await bench.bodies(dead)).includes("broken");
      });
      expect(received).to.have.length(4);
      status = 404;
      received.splice(0);
      await bench.publish(topic, "refused");
      await until("a dead letter", async () => texts(await bench.bodies(dead)).includes("refused"));
      expect(received).to.have.length(1);
    });
  });

  describe("to an encrypted topic", () => {
    async function encryptedTopic(): Promise<{ topic: string; key: string }> {
      const { KeyMetadata } = await bench.cloud.call<{ KeyMetadata: { Arn: string } }>({
        service: "kms",
        operation: "CreateKey",
        input: {},
        principal: rootPrincipal(ACCOUNT),
      });
      return {
        topic: await bench.topic({ KmsMasterKeyId: KeyMetadata.Arn }),
        key: KeyMetadata.Arn,
      };
    }

    it("requires permission to generate and decrypt a data key", async () => {
      const { topic, key } = await encryptedTopic();
      const publish = { Effect: "Allow", Action: "sns:Publish", Resource: topic };
      const send = async (role: string, statements: object[]): Promise<unknown> => {
        const credentials = await roleSession(bench.cloud, role, statements);
        const one = new sdk.SNSClient({ ...settings(bench.cloud), credentials });
        return one
          .send(new sdk.PublishCommand({ TopicArn: topic, Message: "m" }))
          .finally(() => one.destroy());
      };
      await expectAwsError(send("plain", [publish]), "KMSAccessDeniedException");
      const Action = ["kms:GenerateDataKey", "kms:Decrypt"];
      await send("trusted", [publish, { Effect: "Allow", Action, Resource: key }]);
    });
  });

  it("allows CloudWatch by the default policy, and EventBridge only by the topic's own policy", async () => {
    const topic = await bench.topic();
    const by = (service: string): Promise<unknown> =>
      bench.cloud.call({
        service: "sns",
        operation: "Publish",
        input: { TopicArn: topic, Message: "m" },
        principal: servicePrincipal(service, "arn:aws:x:us-east-1:1:y", ACCOUNT),
      });
    await by("cloudwatch.amazonaws.com");
    await expectAwsError(by("events.amazonaws.com"), "AuthorizationErrorException");
    const Statement = [
      {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sns:Publish",
        Resource: topic,
      },
    ];
    await bench.sns.send(
      new sdk.SetTopicAttributesCommand({
        TopicArn: topic,
        AttributeName: "Policy",
        AttributeValue: JSON.stringify({ Version: "2012-10-17", Statement }),
      }),
    );
    await by("events.amazonaws.com");
  });
});
