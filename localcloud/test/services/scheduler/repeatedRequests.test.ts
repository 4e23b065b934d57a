import * as sdk from "@aws-sdk/client-scheduler";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { startCloud, type Cloud } from "../../../cloud/cloud";
import { ROOT_CREDENTIALS } from "../../../engine/session";
import { expectAwsError } from "../../support/expectAwsError";

const policy = (statement: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });

describe("EventBridge Scheduler", () => {
  let cloud: Cloud;
  let client: sdk.SchedulerClient;
  let target: sdk.Target;
  let QueueUrl: string | undefined;
  let sqs: SQSClient;

  before(async () => {
    cloud = await startCloud({ clock: "manual" });
    const settings = {
      endpoint: cloud.endpoint,
      region: "us-east-1",
      credentials: ROOT_CREDENTIALS,
      maxAttempts: 1,
    };
    client = new sdk.SchedulerClient(settings);
    sqs = new SQSClient(settings);
    const iam = new IAMClient(settings);
    ({ QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "q" })));
    const RoleName = "scheduler";
    const trust = policy({
      Principal: { Service: "scheduler.amazonaws.com" },
      Action: "sts:AssumeRole",
    });
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }),
    );
    const PolicyDocument = policy({ Action: "sqs:SendMessage", Resource: "*" });
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "send", PolicyDocument }));
    target = { Arn: "arn:aws:sqs:us-east-1:123456789012:q", RoleArn: Role?.Arn };
    iam.destroy();
  });
  after(async () => {
    client.destroy();
    sqs.destroy();
    await cloud.close();
  });

  const schedule = (more: Partial<sdk.CreateScheduleInput>) =>
    client.send(
      new sdk.CreateScheduleCommand({
        Name: "once",
        ScheduleExpression: "rate(1 hour)",
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: target,
        ...more,
      }),
    );

  // So that an SDK whose answer was lost can send its request again.
  it("creates a schedule once for one client token, and answers its repetition", async () => {
    const first = await schedule({ ClientToken: "t" });
    expect((await schedule({ ClientToken: "t" })).ScheduleArn).to.equal(first.ScheduleArn);
    const again = { ClientToken: "t", ScheduleExpression: "rate(2 hours)" };
    for (const other of [again, { ClientToken: "u" }])
      await expectAwsError(schedule(other), "ConflictException", "Schedule once already exists.");
  });

  it("creates a group once for one client token, and answers its repetition", async () => {
    const group = (ClientToken: string) =>
      client.send(new sdk.CreateScheduleGroupCommand({ Name: "g", ClientToken }));
    const first = await group("t");
    expect((await group("t")).ScheduleGroupArn).to.equal(first.ScheduleGroupArn);
    await expectAwsError(group("u"), "ConflictException");
  });

  it("deletes a schedule once for one client token, and answers its repetition", async () => {
    await schedule({ Name: "short-lived" });
    const remove = (ClientToken: string) =>
      client.send(new sdk.DeleteScheduleCommand({ Name: "short-lived", ClientToken }));
    await remove("t");
    await remove("t");
    await expectAwsError(remove("u"), "ResourceNotFoundException");
    // A repetition that arrives late does not delete a new schedule of the same name.
    await schedule({ Name: "short-lived" });
    await remove("t");
    await client.send(new sdk.GetScheduleCommand({ Name: "short-lived" }));
    await remove("u");
    await expectAwsError(
      client.send(new sdk.GetScheduleCommand({ Name: "short-lived" })),
      "ResourceNotFoundException",
      "Schedule short-lived does not exist.",
    );
  });

  it("deletes a group once for one client token, and answers its repetition", async () => {
    const Name = "short-lived";
    const create = () => client.send(new sdk.CreateScheduleGroupCommand({ Name }));
    const remove = (ClientToken: string) =>
      client.send(new sdk.DeleteScheduleGroupCommand({ Name, ClientToken }));
    await create();
    await remove("t");
    await remove("t");
    await expectAwsError(remove("u"), "ResourceNotFoundException");
    await create();
    await remove("t");
    await client.send(new sdk.GetScheduleGroupCommand({ Name }));
  });

  it("writes the scheduled time to the second", async () => {
    const Input = "<aws.scheduler.scheduled-time>";
    // A rate counts from its creation, which is at 7 ms of a second.
    await cloud.clock.advance(1007 - (cloud.clock.now() % 1000));
    await schedule({ Name: "seconds", Target: { ...target, Input } });
    await cloud.clock.advance(1);
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    const times = Messages?.map(({ Body }) => Body).filter((body) => !body?.startsWith("{"));
    expect(times?.join()).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });
});
