import * as sdk from "@aws-sdk/client-sns";
import { expect } from "chai";
import { expectAwsError } from "../../support/expectAwsError";
import { roleSession } from "../../support/roleSession";
import { ACCOUNT, settings, SnsBench } from "./fixture";

const LAMBDA = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:f`;

describe("SNS topics and subscriptions", () => {
  let bench: SnsBench;
  before(async () => {
    bench = await SnsBench.start();
  });
  after(() => bench.stop());

  const attributesOf = async (TopicArn: string): Promise<Record<string, string>> =>
    (await bench.sns.send(new sdk.GetTopicAttributesCommand({ TopicArn }))).Attributes ?? {};
  const set = (TopicArn: string, AttributeName: string, AttributeValue: string): Promise<unknown> =>
    bench.sns.send(new sdk.SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }));
  const setOn = (
    SubscriptionArn: string,
    AttributeName: string,
    AttributeValue: string,
  ): Promise<unknown> =>
    bench.sns.send(
      new sdk.SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue }),
    );

  it("are returned again for the same name and attributes, and refused for others", async () => {
    const create = (Attributes: Record<string, string> = {}): Promise<sdk.CreateTopicResponse> =>
      bench.sns.send(new sdk.CreateTopicCommand({ Name: "orders", Attributes }));
    const { TopicArn } = await create({ DisplayName: "Orders" });
    expect(TopicArn).to.equal(`arn:aws:sns:us-east-1:${ACCOUNT}:orders`);
    expect((await create()).TopicArn).to.equal(TopicArn);
    await expectAwsError(
      create({ DisplayName: "Other" }),
      "InvalidParameterException",
      "Invalid parameter: Attributes Reason: Topic already exists with different attributes",
    );
  });

  it("show their attributes, with a default policy until they have their own", async () => {
    const arn = await bench.topic({ DisplayName: "One" });
    expect(await attributesOf(arn)).to.include({
      TopicArn: arn,
      Owner: ACCOUNT,
      DisplayName: "One",
      SubscriptionsConfirmed: "0",
    });
    expect((await attributesOf(arn)).Policy).to.include("__default_policy_ID");
    await bench.sns.send(
      new sdk.AddPermissionCommand({
        TopicArn: arn,
        Label: "other",
        AWSAccountId: ["111122223333"],
        ActionName: ["Publish"],
      }),
    );
    expect((await attributesOf(arn)).Policy).to.include("111122223333");
    await bench.sns.send(new sdk.RemovePermissionCommand({ TopicArn: arn, Label: "other" }));
    expect((await attributesOf(arn)).Policy).to.not.include("111122223333");
  });

  it("keep tags", async () => {
    const ResourceArn = await bench.topic();
    await bench.sns.send(
      new sdk.TagResourceCommand({
        ResourceArn,
        Tags: [
          { Key: "a", Value: "1" },
          { Key: "b", Value: "2" },
        ],
      }),
    );
    await bench.sns.send(new sdk.UntagResourceCommand({ ResourceArn, TagKeys: ["a"] }));
    const { Tags } = await bench.sns.send(new sdk.ListTagsForResourceCommand({ ResourceArn }));
    expect(Tags).to.deep.equal([{ Key: "b", Value: "2" }]);
  });

  it("are listed in pages of a hundred", async () => {
    await Promise.all(Array.from({ length: 105 }, () => bench.topic()));
    const pages: number[] = [];
    for await (const page of sdk.paginateListTopics({ client: bench.sns }, {}))
      pages.push(page.Topics?.length ?? 0);
    expect(pages[0]).to.equal(100);
    expect(pages).to.have.length(2);
  });

  it("are deleted with their subscriptions, and may be deleted twice", async () => {
    const TopicArn = await bench.topic();
    const subscription = await bench.subscribe(TopicArn, await bench.queue());
    await bench.sns.send(new sdk.DeleteTopicCommand({ TopicArn }));
    await bench.sns.send(new sdk.DeleteTopicCommand({ TopicArn }));
    await expectAwsError(attributesOf(TopicArn), "NotFoundException", "Topic does not exist");
    const command = new sdk.GetSubscriptionAttributesCommand({ SubscriptionArn: subscription });
    await expectAwsError(
      bench.sns.send(command),
      "NotFoundException",
      "Subscription does not exist",
    );
  });

  it("report the delivery policy in effect, with the defaults of what it omits", async () => {
    const topic = await bench.topic();
    const effective = async (): Promise<unknown> => {
      const command = new sdk.GetTopicAttributesCommand({ TopicArn: topic });
      const { Attributes } = await bench.sns.send(command);
      return JSON.parse(Attributes?.EffectiveDeliveryPolicy ?? "");
    };
    const defaultHealthyRetryPolicy = {
      minDelayTarget: 20,
      maxDelayTarget: 20,
      numRetries: 3,
      numMaxDelayRetries: 0,
      numNoDelayRetries: 0,
      numMinDelayRetries: 0,
      backoffFunction: "linear",
    };
    const http = {
      defaultHealthyRetryPolicy,
      disableSubscriptionOverrides: false,
      defaultRequestPolicy: { headerContentType: "text/plain; charset=UTF-8" },
    };
    expect(await effective()).to.deep.equal({ http });
    const own = { http: { defaultHealthyRetryPolicy: { numRetries: 5 } } };
    await set(topic, "DeliveryPolicy", JSON.stringify(own));
    expect(await effective()).to.deep.equal({
      http: { ...http, defaultHealthyRetryPolicy: { ...defaultHealthyRetryPolicy, numRetries: 5 } },
    });
  });

  it("return the same subscription for the same endpoint", async () => {
    const [topic, queue] = [await bench.topic(), await bench.queue()];
    const first = await bench.subscribe(topic, queue, { RawMessageDelivery: "true" });
    expect(await bench.subscribe(topic, queue, { RawMessageDelivery: "true" })).to.equal(first);
    await expectAwsError(
      bench.subscribe(topic, queue, { RawMessageDelivery: "false" }),
      "InvalidParameterException",
      "Invalid parameter: Attributes Reason: Subscription already exists with different attributes",
    );
    const { Subscriptions } = await bench.sns.send(
      new sdk.ListSubscriptionsByTopicCommand({ TopicArn: topic }),
    );
    expect(Subscriptions).to.deep.equal([
      { SubscriptionArn: first, Owner: ACCOUNT, Protocol: "sqs", Endpoint: queue, TopicArn: topic },
    ]);
  });

  it("accept a filter policy with its scope, and lose both together", async () => {
    const subscription = await bench.subscribe(await bench.topic(), await bench.queue());
    const read = async (): Promise<Record<string, string> | undefined> =>
      (
        await bench.sns.send(
          new sdk.GetSubscriptionAttributesCommand({ SubscriptionArn: subscription }),
        )
      ).Attributes;
    await setOn(subscription, "FilterPolicy", '{"a":["b"]}');
    expect(await read()).to.include({ FilterPolicyScope: "MessageAttributes" });
    await setOn(subscription, "FilterPolicy", "");
    expect(await read()).to.not.have.any.keys("FilterPolicy", "FilterPolicyScope");
  });

  const refusals: [what: string, send: () => Promise<unknown>, message: string][] = [
    [
      "a topic name with a space",
      () => bench.sns.send(new sdk.CreateTopicCommand({ Name: "a b" })),
      "Invalid parameter: Topic Name",
    ],
    [
      "a FIFO topic without the suffix",
      () =>
        bench.sns.send(
          new sdk.CreateTopicCommand({ Name: "a", Attributes: { FifoTopic: "true" } }),
        ),
      "Invalid parameter: Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long.",
    ],
    [
      "an unknown attribute",
      async () => set(await bench.topic(), "Nope", "x"),
      "Invalid parameter: AttributeName",
    ],
    [
      "a protocol that is none",
      async () => bench.subscribe(await bench.topic(), "x", {}, "pigeon"),
      "Invalid parameter: Amazon SNS does not support this protocol string: pigeon",
    ],
    [
      "an endpoint of another protocol",
      async () => bench.subscribe(await bench.topic(), "https://example.com", {}, "http"),
      "Invalid parameter: Endpoint must match the specified protocol",
    ],
    [
      "a FIFO queue on a standard topic",
      async () => bench.subscribe(await bench.topic(), await bench.queue({ FifoQueue: "true" })),
      "Invalid parameter: Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics",
    ],
    [
      "a nested filter policy of attributes",
      async () =>
        bench.subscribe(await bench.topic(), await bench.queue(), {
          FilterPolicy: '{"a":{"b":["c"]}}',
        }),
      "Invalid parameter: Attributes Reason: Filter policy scope MessageAttributes does not support nested filter policy",
    ],
    [
      "a nested filter policy of attributes, also later",
      async () =>
        setOn(
          await bench.subscribe(await bench.topic(), await bench.queue()),
          "FilterPolicy",
          '{"object":{"key":["x"]}}',
        ),
      "Invalid parameter: Filter policy scope MessageAttributes does not support nested filter policy",
    ],
    [
      "raw delivery to a function",
      async () =>
        bench.subscribe(await bench.topic(), LAMBDA, { RawMessageDelivery: "true" }, "lambda"),
      "Invalid parameter: Delivery protocol [lambda] does not support raw message delivery.",
    ],
    [
      "raw delivery to a function, also later",
      async () =>
        setOn(
          await bench.subscribe(await bench.topic(), LAMBDA, {}, "lambda"),
          "RawMessageDelivery",
          "true",
        ),
      "Invalid parameter: Delivery protocol [lambda] does not support raw message delivery.",
    ],
    ...["test-ValUe", ""].map((value): (typeof refusals)[number] => [
      `raw delivery of "${value}"`,
      async () =>
        setOn(
          await bench.subscribe(await bench.topic(), await bench.queue()),
          "RawMessageDelivery",
          value,
        ),
      `Invalid parameter: RawMessageDelivery: Invalid value [${value}]. Must be true or false.`,
    ]),
    [
      "an unknown scope of a filter policy",
      async () =>
        setOn(
          await bench.subscribe(await bench.topic(), await bench.queue()),
          "FilterPolicyScope",
          "RandomValue",
        ),
      "Invalid parameter: FilterPolicyScope: Invalid value [RandomValue]. Please use either MessageBody or MessageAttributes",
    ],
    [
      "a tag that is given twice",
      async () =>
        bench.sns.send(
          new sdk.TagResourceCommand({
            ResourceArn: await bench.topic(),
            Tags: [
              { Key: "k1", Value: "v1" },
              { Key: "k1", Value: "v2" },
            ],
          }),
        ),
      "Invalid parameter: Duplicated keys are not allowed.",
    ],
    [
      "to unsubscribe what is no ARN",
      () => bench.sns.send(new sdk.UnsubscribeCommand({ SubscriptionArn: "nope" })),
      "Invalid parameter: SubscriptionArn Reason: An ARN must have at least 6 elements, not 1",
    ],
    [
      "a filter policy that is no JSON",
      async () =>
        setOn(await bench.subscribe(await bench.topic(), await bench.queue()), "FilterPolicy", "{"),
      "Invalid parameter: FilterPolicy: failed to parse JSON.",
    ],
    [
      "a filter policy of more than 150 combinations",
      async () =>
        bench.subscribe(await bench.topic(), await bench.queue(), {
          // Two values, and four two levels deep, times twenty.
          FilterPolicy: JSON.stringify({ a: ["1", "2"], b: { c: values(4) }, d: values(20) }),
          FilterPolicyScope: "MessageBody",
        }),
      "Invalid parameter: Attributes Reason: FilterPolicy: Filter policy is too complex",
    ],
    [
      "a redrive policy without a queue",
      async () =>
        setOn(
          await bench.subscribe(await bench.topic(), await bench.queue()),
          "RedrivePolicy",
          '{"deadLetterTargetArn":"x"}',
        ),
      "Invalid parameter: RedrivePolicy: deadLetterTargetArn is an invalid arn",
    ],
    [
      "an unknown subscription",
      () =>
        bench.sns.send(
          new sdk.GetSubscriptionAttributesCommand({ SubscriptionArn: "pending confirmation" }),
        ),
      "Invalid parameter: SubscriptionArn Reason: An ARN must have at least 6 elements, not 1",
    ],
  ];
  for (const [what, send, message] of refusals)
    it(`refuse ${what}`, () => expectAwsError(send(), "InvalidParameterException", message));

  it("refuse Firehose and mobile endpoints with an error", async () => {
    const topic = await bench.topic();
    const error = await bench
      .subscribe(topic, "arn:aws:firehose:us-east-1:1:x", {}, "firehose")
      .catch((reason: Error) => reason);
    expect(error).to.have.property("name", "NotImplemented");
  });

  it("are checked by IAM on the topic, with the protocol and endpoint as condition keys", async () => {
    const [topic, queue] = [await bench.topic(), await bench.queue()];
    const credentials = await roleSession(bench.cloud, "subscriber", [
      {
        Effect: "Allow",
        Action: "sns:Subscribe",
        Resource: topic,
        Condition: { StringEquals: { "sns:Protocol": "sqs" } },
      },
    ]);
    const one = new sdk.SNSClient({ ...settings(bench.cloud), credentials });
    await one.send(new sdk.SubscribeCommand({ TopicArn: topic, Protocol: "sqs", Endpoint: queue }));
    await expectAwsError(
      one.send(new sdk.SubscribeCommand({ TopicArn: topic, Protocol: "email", Endpoint: "a@b.c" })),
      "AuthorizationErrorException",
    );
    await expectAwsError(
      one.send(new sdk.PublishCommand({ TopicArn: topic, Message: "m" })),
      "AuthorizationErrorException",
    );
    expect(bench.cloud.recorder.find({}).at(-1)).to.include({ outcome: "denied" });
    one.destroy();
  });
});

const values = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));
