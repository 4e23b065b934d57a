import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";
import { PutFunctionEventInvokeConfigCommand } from "@aws-sdk/client-lambda";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { type Cloud, startCloud } from "../../../cloud/cloud";
import type { LambdaStore } from "../../../services/lambda/store";
import { GroupsCloud } from "../../services/auto-scaling/groupsCloud";
import { connection } from "../../services/ec2/ec2Cloud";
import { LambdaCloud } from "../../services/lambda/lambdaCloud";
import { restart } from "../../support/restartedCloud";

describe("What the end of a cloud interrupts", () => {
  let cloud: Cloud;
  afterEach(() => cloud.close());
  const settings = () => ({ ...connection(cloud), maxAttempts: 3 });

  it("is no attempt of an asynchronous event: its function runs again, and nothing is reported as failed", async () => {
    const aws = await LambdaCloud.start("manual");
    ({ cloud } = aws);
    await aws.grant("worker", ["logs:*", "sqs:SendMessage"]);
    await aws.sqs.send(new CreateQueueCommand({ QueueName: "failures" }));
    const FunctionName = "slow";
    await aws.create(
      FunctionName,
      "exports.handler = () => new Promise((resolve) => setTimeout(resolve, 60_000));",
      { Timeout: 100 },
    );
    await aws.lambda.send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName,
        MaximumRetryAttempts: 0,
        DestinationConfig: {
          OnFailure: { Destination: `arn:aws:sqs:us-east-1:${cloud.accountId}:failures` },
          OnSuccess: { Destination: `arn:aws:sqs:us-east-1:${cloud.accountId}:successes` },
        },
      }),
    );
    await aws.sqs.send(new CreateQueueCommand({ QueueName: "successes" }));
    await aws.invoke(FunctionName, {}, { InvocationType: "Event" });
    const storeOf = (): LambdaStore =>
      cloud.registry.named("lambda")?.store("us-east-1", cloud) as LambdaStore;
    await storeOf().idle();
    cloud = await restart(cloud);
    await cloud.clock.advance(120_000);
    await storeOf().idle();
    const count = async (name: string): Promise<string | undefined> => {
      const command = new GetQueueAttributesCommand({
        QueueUrl: `${cloud.endpoint}/${cloud.accountId}/${name}`,
        AttributeNames: ["ApproximateNumberOfMessages"],
      });
      const { Attributes } = await new SQSClient(settings()).send(command);
      return Attributes?.ApproximateNumberOfMessages;
    };
    expect([await count("failures"), await count("successes")]).to.deep.equal(["0", "1"]);
  });

  it("includes the evaluation of an Auto Scaling group, which is made again", async () => {
    const groups = await GroupsCloud.start();
    ({ cloud } = groups.ec2);
    await groups.create({ DesiredCapacity: 2 });
    const call = cloud.call.bind(cloud);
    const launches = new Promise<void>((resolve) => {
      cloud.call = (request) => {
        if (request.operation !== "RunInstances") return call(request);
        resolve();
        return new Promise(() => undefined);
      };
    });
    void cloud.clock.advance(10_000);
    await launches;
    cloud = await restart(cloud);
    Object.assign(groups.ec2, { cloud, client: new EC2Client(settings()) });
    Object.assign(groups, { client: new AutoScalingClient(settings()) });
    await groups.seconds(600);
    expect(await groups.states()).to.deep.equal(["InService", "InService"]);
  });

  it("does not include the sequence numbers of FIFO queues, which go on", async () => {
    cloud = await startCloud({ clock: "manual" });
    const QueueName = "q.fifo";
    const Attributes = { FifoQueue: "true", ContentBasedDeduplication: "true" };
    await new SQSClient(settings()).send(new CreateQueueCommand({ QueueName, Attributes }));
    const sent = async (MessageBody: string): Promise<bigint> => {
      const QueueUrl = `${cloud.endpoint}/${cloud.accountId}/${QueueName}`;
      const command = new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId: "g" });
      return BigInt((await new SQSClient(settings()).send(command)).SequenceNumber ?? 0);
    };
    await sent("one");
    const before = await sent("two");
    cloud = await restart(cloud);
    expect((await sent("three")) > before).to.equal(true);
    const store = cloud.registry.named("sqs")?.store("us-east-1", cloud);
    expect(store, "part of the saved store").to.have.property("issued", 3n);
  });
});
