import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import * as sdk from "@aws-sdk/client-s3";
import {
  CreateTopicCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { expect } from "chai";
import type { S3Event } from "../../../testing/events/s3Event";
import { expectAwsError } from "../../support/expectAwsError";
import { ACCOUNT, S3Bench, settings } from "./fixture";

const letsIn = (service: string, Action: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action, Resource: "*" }],
  });

describe("S3 notifications", () => {
  let bench: S3Bench;
  let sqs: SQSClient;
  let sns: SNSClient;
  let events: EventBridgeClient;
  let number = 0;
  before(async () => {
    bench = await S3Bench.start();
    sqs = new SQSClient(settings(bench.cloud));
    sns = new SNSClient(settings(bench.cloud));
    events = new EventBridgeClient(settings(bench.cloud));
  });
  after(async () => {
    for (const client of [sqs, sns, events]) client.destroy();
    await bench.stop();
  });

  async function queue(from = "s3.amazonaws.com"): Promise<string> {
    const QueueName = `queue-${(number += 1)}`;
    const Attributes = { Policy: letsIn(from, "sqs:SendMessage") };
    await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
    return `arn:aws:sqs:us-east-1:${ACCOUNT}:${QueueName}`;
  }

  async function bodies<Body>(arn: string): Promise<Body[]> {
    const QueueUrl = `${bench.cloud.endpoint}/${ACCOUNT}/${arn.split(":").at(-1)}`;
    const all: Body[] = [];
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      if (Messages.length === 0) return all;
      for (const { Body = "", ReceiptHandle } of Messages) {
        all.push(JSON.parse(Body) as Body);
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    }
  }

  const configure = (
    Bucket: string,
    NotificationConfiguration: sdk.NotificationConfiguration,
  ): Promise<unknown> =>
    bench.s3.send(
      new sdk.PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }),
    );

  async function notifying(Events: sdk.Event[], rules: sdk.FilterRule[] = []) {
    const [bucket, QueueArn] = [await bench.bucket(), await queue()];
    const Filter = rules.length > 0 ? { Key: { FilterRules: rules } } : undefined;
    await configure(bucket, { QueueConfigurations: [{ Id: "q", QueueArn, Events, Filter }] });
    const [test] = await bodies<Record<string, unknown>>(QueueArn);
    return { bucket, queue: QueueArn, test };
  }

  it("begin with a test event and report a new object with its encoded key", async () => {
    const { bucket, queue: arn, test } = await notifying(["s3:ObjectCreated:*"]);
    expect(test).to.include({ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: bucket });
    const { ETag } = await bench.put(bucket, "a b/ü+c.txt", "hello");
    const [{ Records }] = await bodies<S3Event>(arn);
    expect(Records).to.have.length(1);
    expect(Records[0]).to.include({
      eventSource: "aws:s3",
      eventName: "ObjectCreated:Put",
      awsRegion: "us-east-1",
    });
    const { object, bucket: source, configurationId } = Records[0].s3;
    expect(configurationId).to.equal("q");
    expect(source).to.include({ name: bucket, arn: `arn:aws:s3:::${bucket}` });
    expect(object).to.include({
      key: "a+b/%C3%BC%2Bc.txt",
      size: 5,
      eTag: ETag?.replaceAll('"', ""),
    });
  });

  it("number the events of a key in order", async () => {
    const { bucket, queue: arn } = await notifying(["s3:ObjectCreated:*"]);
    for (const body of ["1", "22", "333"]) await bench.put(bucket, "k", body);
    const objects = (await bodies<S3Event>(arn)).map(({ Records: [{ s3 }] }) => s3.object);
    const bySequencer = [...objects].sort((a, b) => (a.sequencer < b.sequencer ? -1 : 1));
    expect(bySequencer.map(({ size }) => size)).to.deep.equal([1, 2, 3]);
  });

  it("are sent for the configured events and keys", async () => {
    const { bucket, queue: arn } = await notifying(
      ["s3:ObjectRemoved:Delete", "s3:ObjectCreated:Copy"],
      [
        { Name: "prefix", Value: "in/" },
        { Name: "suffix", Value: ".txt" },
      ],
    );
    for (const key of ["in/a.txt", "in/a.png", "out/a.txt"]) {
      await bench.put(bucket, key);
      await bench.s3.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: key }));
      await bench.s3.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: key }));
    }
    const found = await bodies<S3Event>(arn);
    expect(found.map(({ Records: [one] }) => [one.eventName, one.s3.object.key])).to.deep.equal([
      ["ObjectRemoved:Delete", "in/a.txt"],
    ]);
    expect(found[0].Records[0].s3.object).to.not.have.any.keys("size", "eTag");
  });

  it("name the version and the marker of a bucket with versions", async () => {
    const { bucket, queue: arn } = await notifying(["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]);
    await bench.version(bucket, "Enabled");
    const { VersionId } = await bench.put(bucket, "k");
    await bench.s3.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: "k" }));
    const found = (await bodies<S3Event>(arn)).map(({ Records: [one] }) => one);
    expect(found.map(({ eventName }) => eventName)).to.have.members([
      "ObjectCreated:Put",
      "ObjectRemoved:DeleteMarkerCreated",
    ]);
    expect(found.map(({ s3 }) => s3.object.versionId)).to.include(VersionId);
  });

  it("reach a queue through a topic", async () => {
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "uploads" }));
    const policy = {
      AttributeName: "Policy",
      AttributeValue: letsIn("s3.amazonaws.com", "sns:Publish"),
    };
    const Endpoint = await queue("sns.amazonaws.com");
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint }));
    const bucket = await bench.bucket();
    const Events: sdk.Event[] = ["s3:ObjectCreated:Put"];
    const configuration = { TopicConfigurations: [{ TopicArn, Events }] };
    await expectAwsError(
      configure(bucket, configuration),
      "InvalidArgument",
      "Unable to validate the following destination configurations",
    );
    await sns.send(new SetTopicAttributesCommand({ TopicArn, ...policy }));
    await configure(bucket, configuration);
    await bench.put(bucket, "k");
    const messages = await bodies<{ Subject: string; Message: string }>(Endpoint);
    expect(messages.map(({ Subject }) => Subject)).to.deep.equal([
      "Amazon S3 Notification",
      "Amazon S3 Notification",
    ]);
    const events = messages.map(({ Message }) => JSON.parse(Message) as Partial<S3Event>);
    expect(
      events.flatMap(({ Records = [] }) => Records.map(({ s3 }) => s3.object.key)),
    ).to.deep.equal(["k"]);
  });

  it("go to EventBridge with the key as it is", async () => {
    const target = await queue("events.amazonaws.com");
    await events.send(
      new PutRuleCommand({ Name: "uploads", EventPattern: '{"source":["aws.s3"]}' }),
    );
    await events.send(
      new PutTargetsCommand({ Rule: "uploads", Targets: [{ Id: "q", Arn: target }] }),
    );
    const bucket = await bench.bucket();
    await bench.put(bucket, "before");
    await configure(bucket, { EventBridgeConfiguration: {} });
    await bench.put(bucket, "a b");
    const found = await bodies<Record<string, unknown>>(target);
    expect(found).to.have.length(1);
    expect(found[0]).to.include({ source: "aws.s3", "detail-type": "Object Created" });
    expect(found[0].detail).to.deep.include({ reason: "PutObject", bucket: { name: bucket } });
    expect(found[0].detail).to.have.nested.property("object.key", "a b");
  });

  const refusals: [
    what: string,
    configuration: () => Promise<sdk.NotificationConfiguration>,
    message: RegExp,
  ][] = [
    [
      "a queue that does not let S3 in",
      async () => ({
        QueueConfigurations: [
          { QueueArn: await queue("sns.amazonaws.com"), Events: ["s3:ObjectCreated:*"] },
        ],
      }),
      /^Unable to validate the following destination configurations$/,
    ],
    [
      "two rules for the same event of one key",
      async () => {
        const QueueArn = await queue();
        return {
          QueueConfigurations: [
            { QueueArn, Events: ["s3:ObjectCreated:*"] },
            { QueueArn, Events: ["s3:ObjectCreated:Put"] },
          ],
        };
      },
      /^Configuration is ambiguously defined\./,
    ],
    [
      "an event that S3 does not have",
      async () => ({
        QueueConfigurations: [
          { QueueArn: await queue(), Events: ["s3:ObjectMade:*" as "s3:ObjectCreated:*"] },
        ],
      }),
      /^The event is not supported for notifications$/,
    ],
    [
      "a filter of anything but the beginning or end of a key",
      async () => ({
        QueueConfigurations: [
          {
            QueueArn: await queue(),
            Events: ["s3:ObjectCreated:*"],
            Filter: { Key: { FilterRules: [{ Name: "middle" as "prefix", Value: "x" }] } },
          },
        ],
      }),
      /^filter rule name must be either prefix or suffix$/,
    ],
  ];
  for (const [what, configuration, message] of refusals)
    it(`refuse ${what}`, async () => {
      const bucket = await bench.bucket();
      const error = await configure(bucket, await configuration()).then(
        () => new Error("nothing was refused"),
        (reason: Error) => reason,
      );
      expect(error.name).to.equal("InvalidArgument");
      expect(error.message).to.match(message);
    });
});
