import {
  AddPermissionCommand,
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  RemovePermissionCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { arnOf, expectError, startSqs, type SqsHarness } from "./harness";

describe("SQS queues", () => {
  let h: SqsHarness;
  beforeEach(async () => {
    h = await startSqs();
  });
  afterEach(() => h.close());

  const attributes = async (QueueUrl: string): Promise<Record<string, string>> => {
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] });
    return (await h.sqs.send(command)).Attributes ?? {};
  };

  it("have AWS's defaults and a URL of this cloud", async () => {
    const url = await h.queue("orders");
    expect(url).to.equal(`${h.cloud.endpoint}/123456789012/orders`);
    const created = String(Math.floor(h.cloud.clock.now() / 1000));
    expect(await attributes(url)).to.deep.equal({
      QueueArn: arnOf("orders"),
      DelaySeconds: "0",
      MaximumMessageSize: "1048576",
      MessageRetentionPeriod: "345600",
      ReceiveMessageWaitTimeSeconds: "0",
      VisibilityTimeout: "30",
      SqsManagedSseEnabled: "true",
      CreatedTimestamp: created,
      LastModifiedTimestamp: created,
      ApproximateNumberOfMessages: "0",
      ApproximateNumberOfMessagesNotVisible: "0",
      ApproximateNumberOfMessagesDelayed: "0",
    });
  });

  it("have their own attributes if FIFO", async () => {
    const url = await h.queue("orders.fifo", { FifoQueue: "true" });
    expect(await attributes(url)).to.include({
      FifoQueue: "true",
      ContentBasedDeduplication: "false",
      DeduplicationScope: "queue",
      FifoThroughputLimit: "perQueue",
    });
  });

  it("are returned by a second create with the same attributes", async () => {
    const first = await h.queue("orders", { VisibilityTimeout: "60" });
    expect(await h.queue("orders", { VisibilityTimeout: "60" })).to.equal(first);
    expect(await h.queue("orders")).to.equal(first);
  });

  it("refuse a second create with another value", async () => {
    await h.queue("orders", { VisibilityTimeout: "60" });
    await expectError(
      h.queue("orders", { VisibilityTimeout: "61" }),
      "QueueNameExists",
      "A queue already exists with the same name and a different value for attribute VisibilityTimeout",
    );
  });

  it("reserve the name of a deleted queue for 60 seconds", async () => {
    const QueueUrl = await h.queue("orders");
    await h.sqs.send(new DeleteQueueCommand({ QueueUrl }));
    await h.advanceSeconds(59);
    await expectError(
      h.queue("orders"),
      "QueueDeletedRecently",
      "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
    );
    await h.advanceSeconds(1);
    expect(await h.queue("orders")).to.equal(QueueUrl);
  });

  it("are not found once deleted", async () => {
    const QueueUrl = await h.queue("orders");
    await h.sqs.send(new DeleteQueueCommand({ QueueUrl }));
    for (const call of [
      h.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" })),
      h.sqs.send(new GetQueueUrlCommand({ QueueName: "orders" })),
      h.receive(QueueUrl),
    ])
      await expectError(call, "QueueDoesNotExist", "The specified queue does not exist.");
  });

  for (const [name, attributeMap, text] of [
    [
      "a b",
      undefined,
      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    ],
    [
      "a".repeat(81),
      undefined,
      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    ],
    [
      "a.fifo",
      undefined,
      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    ],
    ["a", { FifoQueue: "true" }, /must end with \.fifo suffix and be 1 to 80 in length/],
  ] as const) {
    it(`refuses the name ${name.slice(0, 10)} ${attributeMap ? "for a FIFO queue" : ""}`, () =>
      expectError(h.queue(name, attributeMap), "InvalidParameterValue", text));
  }

  for (const [attribute, wrong] of [
    ["DelaySeconds", "901"],
    ["MaximumMessageSize", "1023"],
    ["MaximumMessageSize", "1048577"],
    ["MessageRetentionPeriod", "59"],
    ["ReceiveMessageWaitTimeSeconds", "21"],
    ["VisibilityTimeout", "43201"],
    ["VisibilityTimeout", "ten"],
    ["Policy", "{"],
    ["Policy", '{"Version":"2012-10-17","Statement":[{"Effect":"Maybe"}]}'],
    ["SqsManagedSseEnabled", "yes"],
    ["KmsDataKeyReusePeriodSeconds", "59"],
  ]) {
    it(`refuse ${attribute} = ${wrong}`, () =>
      expectError(
        h.queue("orders", { [attribute]: wrong }),
        "InvalidAttributeValue",
        `Invalid value for the parameter ${attribute}.`,
      ));
  }

  for (const attribute of ["FifoQueue", "ContentBasedDeduplication", "NoSuchAttribute"]) {
    it(`refuse ${attribute} on a standard queue`, () =>
      expectError(
        h.queue("orders", { [attribute]: "false" }),
        "InvalidAttributeName",
        `Unknown Attribute ${attribute}.`,
      ));
  }

  const unknown = "ApproximateAgeOfOldestMessage" as never;
  it("refuse to show an attribute that queues do not have, before IAM is asked", async () => {
    const QueueUrl = await h.queue("orders");
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All", unknown] });
    await expectError(h.sqs.send(command), "InvalidAttributeName", `Unknown Attribute ${unknown}.`);
  });

  it("refuse to receive messages with an attribute that neither messages nor queues have", async () => {
    const QueueUrl = await h.queue("orders");
    for (const names of [
      { AttributeNames: ["SenderId", unknown] },
      { MessageSystemAttributeNames: ["SenderId" as const, unknown] },
      { MessageSystemAttributeNames: [unknown] },
    ])
      await expectError(
        h.receive(QueueUrl, names as object),
        "InvalidAttributeName",
        `Unknown Attribute ${unknown}.`,
      );
    await h.receive(QueueUrl, { AttributeNames: ["SenderId" as never, "QueueArn"] });
  });

  it("require deduplication by group for throughput by group", async () => {
    const fifo = { FifoQueue: "true", FifoThroughputLimit: "perMessageGroupId" };
    await expectError(h.queue("a.fifo", fifo), "InvalidAttributeValue", /FifoThroughputLimit/);
    const url = await h.queue("a.fifo", { ...fifo, DeduplicationScope: "messageGroup" });
    expect(await attributes(url)).to.include({ FifoThroughputLimit: "perMessageGroupId" });
  });

  it("change attributes together or not at all", async () => {
    const QueueUrl = await h.queue("orders");
    const wrong = { VisibilityTimeout: "60", DelaySeconds: "-1" };
    await expectError(
      h.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: wrong })),
      "InvalidAttributeValue",
      "Invalid value for the parameter DelaySeconds.",
    );
    expect(await attributes(QueueUrl)).to.include({ VisibilityTimeout: "30" });
    const right = { VisibilityTimeout: "60", DelaySeconds: "1" };
    await h.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: right }));
    expect(await attributes(QueueUrl)).to.include(right);
  });

  it("turn SSE-SQS off for a KMS key and the key off for SSE-SQS", async () => {
    const QueueUrl = await h.queue("orders", { KmsMasterKeyId: "alias/aws/sqs" });
    expect(await attributes(QueueUrl)).to.include({
      KmsMasterKeyId: "alias/aws/sqs",
      SqsManagedSseEnabled: "false",
    });
    const Attributes = { SqsManagedSseEnabled: "true" };
    await h.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
    expect(await attributes(QueueUrl))
      .to.include(Attributes)
      .and.not.have.property("KmsMasterKeyId");
  });

  it("return only the requested attributes", async () => {
    const QueueUrl = await h.queue("orders");
    const one = await h.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["DelaySeconds"] }),
    );
    expect(one.Attributes).to.deep.equal({ DelaySeconds: "0" });
    const none = await h.sqs.send(new GetQueueAttributesCommand({ QueueUrl }));
    expect(none.Attributes).to.equal(undefined);
  });

  describe("redrive policy", () => {
    const policy = (deadLetterTargetArn: unknown, maxReceiveCount: unknown): string =>
      JSON.stringify({ deadLetterTargetArn, maxReceiveCount });

    it("requires an existing queue of the same type as its target", async () => {
      await h.queue("dead.fifo", { FifoQueue: "true" });
      const toMissing = policy(arnOf("dead"), 3);
      await expectError(
        h.queue("orders", { RedrivePolicy: toMissing }),
        "InvalidParameterValue",
        `Value ${toMissing} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.`,
      );
      await expectError(
        h.queue("orders", { RedrivePolicy: policy(arnOf("dead.fifo"), 3) }),
        "InvalidParameterValue",
        /Reason: Dead-letter queue must be same type of queue as the source\.$/,
      );
    });

    it("requires a receive count of 1 to 1000", async () => {
      await h.queue("dead");
      for (const count of [0, 1001])
        await expectError(
          h.queue("orders", { RedrivePolicy: policy(arnOf("dead"), count) }),
          "InvalidParameterValue",
          new RegExp(
            `Invalid value for maxReceiveCount: ${count}, valid values are from 1 to 1000`,
          ),
        );
      await expectError(
        h.queue("orders", { RedrivePolicy: policy(arnOf("dead"), undefined) }),
        "InvalidParameterValue",
        /Redrive policy does not contain mandatory attribute: maxReceiveCount\.$/,
      );
      expect(await h.queue("orders", { RedrivePolicy: policy(arnOf("dead"), "5") })).to.be.a(
        "string",
      );
    });

    it("respects the target's RedriveAllowPolicy", async () => {
      const allow = JSON.stringify({
        redrivePermission: "byQueue",
        sourceQueueArns: [arnOf("orders")],
      });
      await h.queue("dead", { RedriveAllowPolicy: allow });
      await expectError(
        h.queue("other", { RedrivePolicy: policy(arnOf("dead"), 3) }),
        "InvalidParameterValue",
        /does not allow/,
      );
      expect(await h.queue("orders", { RedrivePolicy: policy(arnOf("dead"), 3) })).to.be.a(
        "string",
      );
    });

    it("stays while other attributes change, even if its target is gone or allows it no more", async () => {
      const QueueUrl = await h.queue("dead");
      const source = await h.queue("orders", { RedrivePolicy: policy(arnOf("dead"), 3) });
      const set = (url: string, Attributes: Record<string, string>) =>
        h.sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes }));
      await set(QueueUrl, { RedriveAllowPolicy: '{"redrivePermission":"denyAll"}' });
      await set(source, { VisibilityTimeout: "31" });
      await h.sqs.send(new DeleteQueueCommand({ QueueUrl }));
      await set(source, { VisibilityTimeout: "32" });
      const RedrivePolicy = policy(arnOf("dead"), 4);
      await expectError(set(source, { RedrivePolicy }), "InvalidParameterValue", /does not exist/);
    });

    it("makes the queue a source of its target", async () => {
      const QueueUrl = await h.queue("dead");
      const source = await h.queue("orders", { RedrivePolicy: policy(arnOf("dead"), 3) });
      const listed = await h.sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl }));
      expect(listed.queueUrls).to.deep.equal([source]);
    });
  });

  it("are listed by prefix and in pages", async () => {
    for (const name of ["b2", "a1", "b1", "b3"]) await h.queue(name);
    const all = await h.sqs.send(new ListQueuesCommand({}));
    expect(all.QueueUrls).to.have.length(4);
    const first = await h.sqs.send(new ListQueuesCommand({ QueueNamePrefix: "b", MaxResults: 2 }));
    expect(first.QueueUrls?.map((url) => url.split("/").pop())).to.deep.equal(["b1", "b2"]);
    const { NextToken } = first;
    const second = await h.sqs.send(
      new ListQueuesCommand({ QueueNamePrefix: "b", MaxResults: 2, NextToken }),
    );
    expect(second.QueueUrls?.map((url) => url.split("/").pop())).to.deep.equal(["b3"]);
    expect(second.NextToken).to.equal(undefined);
  });

  it("tag, untag and list tags", async () => {
    const created = await h.sqs.send(new CreateQueueCommand({ QueueName: "q", tags: { a: "1" } }));
    const { QueueUrl } = created;
    await h.sqs.send(new TagQueueCommand({ QueueUrl, Tags: { b: "2", c: "3" } }));
    await h.sqs.send(new UntagQueueCommand({ QueueUrl, TagKeys: ["c"] }));
    const { Tags } = await h.sqs.send(new ListQueueTagsCommand({ QueueUrl }));
    expect(Tags).to.deep.equal({ a: "1", b: "2" });
    const many = Object.fromEntries(Array.from({ length: 49 }, (_, i) => [`k${i}`, ""]));
    await expectError(
      h.sqs.send(new TagQueueCommand({ QueueUrl, Tags: many })),
      "InvalidParameterValue",
      "Too many tags added for queue q.",
    );
  });

  it("add and remove permissions in the queue's policy", async () => {
    const QueueUrl = await h.queue("orders");
    const grant = {
      QueueUrl,
      Label: "partner",
      AWSAccountIds: ["210987654321"],
      Actions: ["SendMessage"],
    };
    await h.sqs.send(new AddPermissionCommand(grant));
    expect(JSON.parse((await attributes(QueueUrl)).Policy).Statement).to.deep.equal([
      {
        Sid: "partner",
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::210987654321:root" },
        Action: "SQS:SendMessage",
        Resource: arnOf("orders"),
      },
    ]);
    await expectError(
      h.sqs.send(new AddPermissionCommand(grant)),
      "InvalidParameterValue",
      "Value partner for parameter Label is invalid. Reason: Already exists.",
    );
    await h.sqs.send(new RemovePermissionCommand({ QueueUrl, Label: "partner" }));
    expect(await attributes(QueueUrl)).not.to.have.property("Policy");
    await expectError(
      h.sqs.send(new RemovePermissionCommand({ QueueUrl, Label: "partner" })),
      "InvalidParameterValue",
      "Value partner for parameter Label is invalid. Reason: can't find label on existing policy.",
    );
  });

  it("purge all messages, at most once in 60 seconds", async () => {
    const QueueUrl = await h.queue("orders");
    await h.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "1" }));
    await h.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "2", DelaySeconds: 5 }));
    await h.receive(QueueUrl);
    await h.sqs.send(new PurgeQueueCommand({ QueueUrl }));
    expect(await attributes(QueueUrl)).to.include({
      ApproximateNumberOfMessages: "0",
      ApproximateNumberOfMessagesNotVisible: "0",
      ApproximateNumberOfMessagesDelayed: "0",
    });
    await expectError(
      h.sqs.send(new PurgeQueueCommand({ QueueUrl })),
      "PurgeQueueInProgress",
      "Only one PurgeQueue operation on orders is allowed every 60 seconds.",
    );
    await h.advanceSeconds(60);
    await h.sqs.send(new PurgeQueueCommand({ QueueUrl }));
  });
});
