import { AutoScalingClient, CompleteLifecycleActionCommand } from "@aws-sdk/client-auto-scaling";
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
} from "@aws-sdk/client-cloudwatch";
import { ECSClient } from "@aws-sdk/client-ecs";
import {
  EC2Client,
  CreateNetworkInterfaceCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
} from "@aws-sdk/client-ec2";
import {
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import {
  CreateTopicCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { type Cloud, startCloud } from "../../../cloud/cloud";
import { GroupsCloud } from "../../services/auto-scaling/groupsCloud";
import { LAUNCH_HOOK } from "../../services/auto-scaling/hooksCloud";
import { connection } from "../../services/ec2/ec2Cloud";
import { EcsCloud } from "../../services/ecs/ecsCloud";
import { roleSession } from "../../support/roleSession";
import { restart } from "../../support/restartedCloud";

const HOUR_MS = 3_600_000;
const SEND = { Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" };

describe("The work of a cloud that continues with its saved state", () => {
  let cloud: Cloud;
  afterEach(() => cloud.close());
  const settings = () => ({ ...connection(cloud), maxAttempts: 3 });
  const arn = (name: string): string => `arn:aws:sqs:us-east-1:${cloud.accountId}:${name}`;
  const url = (QueueName: string): string => `${cloud.endpoint}/${cloud.accountId}/${QueueName}`;

  /** Creates a queue that everybody may send to. */
  async function queue(QueueName: string): Promise<string> {
    const Statement = { ...SEND, Principal: "*" };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
    await new SQSClient(settings()).send(
      new CreateQueueCommand({ QueueName, Attributes: { Policy } }),
    );
    return arn(QueueName);
  }
  /** Takes the messages of a queue. */
  async function received(name: string): Promise<string[]> {
    const sqs = new SQSClient(settings());
    const QueueUrl = url(name);
    const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 });
    const { Messages = [] } = await sqs.send(command);
    for (const { ReceiptHandle } of Messages)
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    return Messages.map(({ Body = "" }) => Body);
  }

  it("includes a rollout: its tasks come and go until it is complete", async () => {
    const ecs = await EcsCloud.start();
    ({ cloud } = ecs);
    await ecs.create("web", await ecs.register("web", "app:1"));
    await ecs.seconds(60);
    await ecs.update("web", { taskDefinition: await ecs.register("web", "app:2") });
    await ecs.seconds(5);
    expect(await ecs.rollout()).to.have.length(2);

    cloud = await restart(cloud);
    Object.assign(ecs, { cloud, client: new ECSClient(settings()) });
    await ecs.seconds(120);
    expect(await ecs.rollout()).to.deep.equal(["PRIMARY web:2 2/2 COMPLETED"]);
    expect(ecs.timers(), "a steady service needs none").to.equal(0);
  });

  it("includes instances that boot, and those that wait in a lifecycle hook", async () => {
    const groups = await GroupsCloud.start();
    ({ cloud } = groups.ec2);
    await groups.create({ DesiredCapacity: 1, LifecycleHookSpecificationList: [LAUNCH_HOOK] });
    await groups.seconds(20);
    const again = async (): Promise<void> => {
      cloud = await restart(cloud);
      Object.assign(groups.ec2, { cloud, client: new EC2Client(settings()) });
      Object.assign(groups, { client: new AutoScalingClient(settings()) });
    };
    await again();
    expect(await groups.states()).to.deep.equal(["Pending"]);
    await groups.seconds(60);
    expect(await groups.states()).to.deep.equal(["Pending:Wait"]);
    await again();
    const [InstanceId] = await groups.ids();
    const action = { AutoScalingGroupName: "web", LifecycleHookName: "attach", InstanceId };
    await groups.client.send(
      new CompleteLifecycleActionCommand({ ...action, LifecycleActionResult: "CONTINUE" }),
    );
    await again();
    await groups.seconds(10);
    expect(await groups.states()).to.deep.equal(["InService"]);
  });

  it("ends a lifecycle action at its own timeout, and not later", async () => {
    const groups = await GroupsCloud.start();
    ({ cloud } = groups.ec2);
    await groups.create({ DesiredCapacity: 1, LifecycleHookSpecificationList: [LAUNCH_HOOK] });
    await groups.seconds(61);
    const [first] = await groups.ids();
    await groups.seconds(30);
    cloud = await restart(cloud);
    Object.assign(groups.ec2, { cloud });
    Object.assign(groups, { client: new AutoScalingClient(settings()) });
    await groups.seconds(25);
    expect(await groups.ids()).to.deep.equal([first]);
    await groups.seconds(10);
    expect(await groups.ids(), "abandoned, as no answer came in 60 seconds").to.not.include(first);
  });

  it("includes the attachment of an interface and instances with their host keys", async () => {
    const groups = await GroupsCloud.start();
    ({ cloud } = groups.ec2);
    await groups.create({ DesiredCapacity: 1 });
    await groups.seconds(100);
    const [id] = await groups.ids();
    const ec2 = new EC2Client(settings());
    const describe = async () =>
      (await new EC2Client(settings()).send(new DescribeInstancesCommand({ InstanceIds: [id] })))
        .Reservations?.[0]?.Instances?.[0];
    const before = await describe();
    const { NetworkInterface: { NetworkInterfaceId } = {} } = await ec2.send(
      new CreateNetworkInterfaceCommand({ SubnetId: before?.SubnetId }),
    );

    cloud = await restart(cloud);
    const state = async () =>
      (
        await new EC2Client(settings()).send(
          new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [NetworkInterfaceId ?? ""] }),
        )
      ).NetworkInterfaces?.[0]?.Status;
    expect(await state()).to.equal("pending");
    await cloud.clock.advance(1000);
    expect(await state()).to.equal("available");
    expect(await describe(), "also its tag with the port of its SSH server").to.deep.equal(before);
  });

  it("includes deliveries that wait for their next attempt", async () => {
    cloud = await startCloud({ clock: "manual" });
    const Endpoint = await queue("sink");
    const [sns, events] = [new SNSClient(settings()), new EventBridgeClient(settings())];
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "topic" }));
    await sns.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: "sqs",
        Endpoint,
        Attributes: { RawMessageDelivery: "true" },
      }),
    );
    await events.send(new PutRuleCommand({ Name: "r", EventPattern: '{"source":["me"]}' }));
    const Targets = [{ Id: "1", Arn: Endpoint, Input: '"from a rule"' }];
    await events.send(new PutTargetsCommand({ Rule: "r", Targets }));
    cloud.faults.add({ kind: "throttle", service: "sqs", operation: "SendMessage", times: 2 });
    await sns.send(new PublishCommand({ TopicArn, Message: "from a topic" }));
    const Entries = [{ Source: "me", DetailType: "d", Detail: "{}" }];
    await events.send(new PutEventsCommand({ Entries }));
    expect(await received("sink"), "both were throttled").to.deep.equal([]);

    cloud = await restart(cloud);
    await cloud.clock.advance(HOUR_MS);
    expect((await received("sink")).sort()).to.deep.equal(['"from a rule"', "from a topic"]);
  });

  it("includes schedules: what was due meanwhile happens once, then each goes on", async () => {
    cloud = await startCloud({ clock: "manual" });
    const Arn = await queue("sink");
    const events = new EventBridgeClient(settings());
    await events.send(new PutRuleCommand({ Name: "r", ScheduleExpression: "cron(0/5 * * * ? *)" }));
    const Targets = [{ Id: "1", Arn, Input: '"rule"' }];
    await events.send(new PutTargetsCommand({ Rule: "r", Targets }));
    const { principal } = await roleSession(cloud, "sender", [SEND], "scheduler");
    const schedule = (Name: string, ScheduleExpression: string) =>
      new SchedulerClient(settings()).send(
        new CreateScheduleCommand({
          Name,
          ScheduleExpression,
          FlexibleTimeWindow: { Mode: "OFF" },
          Target: { Arn, RoleArn: principal.roleArn, Input: Name },
        }),
      );
    await schedule("rate", "rate(5 minutes)");
    const soon = new Date(cloud.clock.now() + 60_000).toISOString().slice(0, 19);
    await schedule("once", `at(${soon})`);
    await cloud.clock.advance(0);
    await received("sink");

    // Over half an hour, in which each would have happened six times, passes while nothing runs.
    cloud = await restart(cloud, 31 * 60_000);
    await cloud.clock.advance(0);
    expect((await received("sink")).sort()).to.deep.equal(['"rule"', "once", "rate"]);
    await cloud.clock.advance(5 * 60_000);
    expect(await received("sink")).to.have.members(['"rule"', "rate"]);
  });

  it("includes alarms, which evaluate what arrives after the restart", async () => {
    cloud = await startCloud({ clock: "manual" });
    const cloudwatch = () => new CloudWatchClient(settings());
    await cloudwatch().send(
      new PutMetricAlarmCommand({
        AlarmName: "silence",
        Namespace: "N",
        MetricName: "m",
        Statistic: "Sum",
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: "LessThanThreshold",
        TreatMissingData: "breaching",
      }),
    );
    const state = async () =>
      (await cloudwatch().send(new DescribeAlarmsCommand({}))).MetricAlarms?.[0]?.StateValue;
    expect(await state()).to.equal("INSUFFICIENT_DATA");
    cloud = await restart(cloud);
    await cloud.clock.advance(10 * 60_000);
    expect(await state()).to.equal("ALARM");
  });

  it("includes a redrive of dead letters", async () => {
    cloud = await startCloud({ clock: "manual" });
    const dead = await queue("dead");
    await queue("source");
    const sqs = new SQSClient(settings());
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead, maxReceiveCount: 1 });
    await sqs.send(
      new SetQueueAttributesCommand({ QueueUrl: url("source"), Attributes: { RedrivePolicy } }),
    );
    for (const MessageBody of ["1", "2", "3"])
      await sqs.send(new SendMessageCommand({ QueueUrl: url("dead"), MessageBody }));
    await sqs.send(
      new StartMessageMoveTaskCommand({
        SourceArn: dead,
        DestinationArn: arn("source"),
        MaxNumberOfMessagesPerSecond: 1,
      }),
    );
    await cloud.clock.advance(500);
    const counts = async () => {
      const client = new SQSClient(settings());
      const of = async (name: string) =>
        (
          await client.send(
            new GetQueueAttributesCommand({ QueueUrl: url(name), AttributeNames: ["All"] }),
          )
        ).Attributes?.ApproximateNumberOfMessages;
      return [await of("dead"), await of("source")];
    };
    expect(await counts()).to.deep.equal(["2", "1"]);
    cloud = await restart(cloud);
    await cloud.clock.advance(10_000);
    expect(await counts()).to.deep.equal(["0", "3"]);
  });
});
