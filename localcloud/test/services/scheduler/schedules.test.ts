import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import * as sdk from "@aws-sdk/client-scheduler";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  type Message,
} from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { startCloud, type Cloud } from "../../../cloud/cloud";
import { ROOT_CREDENTIALS } from "../../../engine/session";
import { expectAwsError } from "../../support/expectAwsError";
import { roleSession } from "../../support/roleSession";

const ACCOUNT = "123456789012";
const HOUR_MS = 3_600_000;

describe("EventBridge Scheduler", () => {
  let cloud: Cloud;
  let client: sdk.SchedulerClient;
  let iam: IAMClient;
  let sqs: SQSClient;
  let number = 0;

  before(async () => {
    cloud = await startCloud({ clock: "manual" });
    client = new sdk.SchedulerClient(settings());
    iam = new IAMClient(settings());
    sqs = new SQSClient(settings());
  });
  after(async () => {
    for (const one of [client, iam, sqs]) one.destroy();
    await cloud.close();
  });

  const settings = () => ({
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: ROOT_CREDENTIALS,
    maxAttempts: 1,
  });
  const name = (kind: string): string => `${kind}-${(number += 1)}`;
  const queueArn = (queue: string): string => `arn:aws:sqs:us-east-1:${ACCOUNT}:${queue}`;

  async function queue(): Promise<string> {
    const QueueName = name("queue");
    await sqs.send(new CreateQueueCommand({ QueueName }));
    return QueueName;
  }

  /** Takes all messages of the queue. */
  async function messages(queueName: string): Promise<Message[]> {
    const QueueUrl = `${cloud.endpoint}/${ACCOUNT}/${queueName}`;
    const all: Message[] = [];
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ["All"],
        }),
      );
      if (Messages.length === 0) return all;
      all.push(...Messages);
      for (const { ReceiptHandle } of Messages)
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }

  /** Creates a role for Scheduler and one group, which may send to every queue and bus. */
  async function role(
    Condition: object = {},
    Action: string[] = ["sqs:SendMessage", "events:PutEvents"],
  ): Promise<string> {
    const RoleName = name("role");
    const trust = {
      Effect: "Allow",
      Principal: { Service: "scheduler.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition,
    };
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
      }),
    );
    const statement = { Effect: "Allow", Action, Resource: "*" };
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "send", PolicyDocument }));
    return Role?.Arn ?? "";
  }

  type Request = Omit<Partial<sdk.CreateScheduleInput>, "Target"> & {
    Target: Partial<sdk.Target>;
  };

  async function create({ Target, ...more }: Request): Promise<string> {
    const Name = name("schedule");
    await client.send(
      new sdk.CreateScheduleCommand({
        Name,
        ScheduleExpression: "rate(1 hour)",
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: { Arn: "", RoleArn: await role(), ...Target },
        ...more,
      }),
    );
    return Name;
  }

  it("sends its input to a queue immediately and then at its rate, with keywords replaced", async () => {
    const target = await queue();
    const Input =
      "<aws.scheduler.schedule-arn> <aws.scheduler.attempt-number> <aws.scheduler.scheduled-time>";
    const schedule = await create({ Target: { Arn: queueArn(target), Input } });
    await cloud.clock.advance(2 * HOUR_MS + 1);
    const bodies = (await messages(target)).map(({ Body }) => Body?.split(" ") ?? []);
    expect(bodies).to.have.length(3);
    expect(bodies[0].slice(0, 2)).to.deep.equal([
      `arn:aws:scheduler:us-east-1:${ACCOUNT}:schedule/default/${schedule}`,
      "1",
    ]);
    const times = bodies.map(([, , time]) => Date.parse(time)).sort();
    expect([times[1] - times[0], times[2] - times[1]]).to.deep.equal([HOUR_MS, HOUR_MS]);
  });

  it("sends an event about the schedule if it has no input", async () => {
    const target = await queue();
    const schedule = await create({ Target: { Arn: queueArn(target) } });
    await cloud.clock.advance(1);
    const [{ Body = "" }] = await messages(target);
    expect(JSON.parse(Body)).to.deep.include({
      source: "aws.scheduler",
      "detail-type": "Scheduled Event",
      resources: [`arn:aws:scheduler:us-east-1:${ACCOUNT}:schedule/default/${schedule}`],
      detail: "{}",
    });
  });

  it("runs once for at(), in its time zone, and is deleted afterwards if configured", async () => {
    const target = await queue();
    const inMadrid = new Date(cloud.clock.now() + 2 * HOUR_MS).toLocaleString("sv-SE", {
      timeZone: "Europe/Madrid",
    });
    const schedule = await create({
      ScheduleExpression: `at(${inMadrid.replace(" ", "T")})`,
      ScheduleExpressionTimezone: "Europe/Madrid",
      ActionAfterCompletion: "DELETE",
      Target: { Arn: queueArn(target), Input: "now" },
    });
    const get = (): Promise<unknown> => client.send(new sdk.GetScheduleCommand({ Name: schedule }));
    await cloud.clock.advance(2 * HOUR_MS - 2000);
    expect(await messages(target)).to.have.length(0);
    await get();
    await cloud.clock.advance(4000);
    expect((await messages(target)).map(({ Body }) => Body)).to.deep.equal(["now"]);
    await expectAwsError(
      get(),
      "ResourceNotFoundException",
      `Schedule ${schedule} does not exist.`,
    );
  });

  it("does not run while it is disabled and after it was deleted", async () => {
    const target = await queue();
    const schedule = await create({ State: "DISABLED", Target: { Arn: queueArn(target) } });
    await cloud.clock.advance(3 * HOUR_MS);
    const { Target, ...rest } = await client.send(new sdk.GetScheduleCommand({ Name: schedule }));
    const update = { ...rest, Target, Name: schedule } as sdk.UpdateScheduleInput;
    await client.send(new sdk.UpdateScheduleCommand({ ...update, State: "ENABLED" }));
    await cloud.clock.advance(HOUR_MS);
    expect(await messages(target)).to.have.length(1);
    await client.send(new sdk.DeleteScheduleCommand({ Name: schedule }));
    await cloud.clock.advance(3 * HOUR_MS);
    expect(await messages(target)).to.have.length(0);
  });

  it("puts events on a bus", async () => {
    const events = new EventBridgeClient(settings());
    const target = await queue();
    const bus = name("bus");
    const { EventBusArn } = await events.send(new CreateEventBusCommand({ Name: bus }));
    const rule = { Name: "all", EventBusName: bus, EventPattern: '{"source":["my.app"]}' };
    const { RuleArn } = await events.send(new PutRuleCommand(rule));
    const Targets = [{ Id: "q", Arn: queueArn(target) }];
    await events.send(new PutTargetsCommand({ Rule: "all", EventBusName: bus, Targets }));
    const statement = {
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn(target),
      Condition: { ArnEquals: { "aws:SourceArn": RuleArn } },
    };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await sqs.send(
      new SetQueueAttributesCommand({
        QueueUrl: `${cloud.endpoint}/${ACCOUNT}/${target}`,
        Attributes: { Policy },
      }),
    );
    await create({
      Target: {
        Arn: EventBusArn,
        Input: '{"order":1}',
        EventBridgeParameters: { Source: "my.app", DetailType: "Tick" },
      },
    });
    await cloud.clock.advance(1);
    const [{ Body = "" }] = await messages(target);
    expect(JSON.parse(Body)).to.deep.include({ source: "my.app", detail: { order: 1 } });
    events.destroy();
  });

  it("publishes to a topic and invokes a function asynchronously", async () => {
    const RoleArn = await role({}, ["sns:Publish", "lambda:InvokeFunction"]);
    const arn = (service: string, resource: string): string =>
      `arn:aws:${service}:us-east-1:${ACCOUNT}:${resource}`;
    const [topic, fn] = [arn("sns", "none"), arn("lambda", "function:none")];
    for (const Arn of [topic, fn]) await create({ Target: { Arn, RoleArn, Input: '{"a":1}' } });
    await cloud.clock.advance(1);
    const input = (operation: string): unknown => cloud.recorder.find({ operation }).at(-1)?.input;
    expect(input("Publish")).to.deep.equal({ TopicArn: topic, Message: '{"a":1}' });
    expect(input("Invoke")).to.include({ FunctionName: fn, InvocationType: "Event" });
  });

  it("retries a throttled target and then uses the dead-letter queue", async () => {
    const [target, dead] = [await queue(), await queue()];
    cloud.faults.add({
      kind: "throttle",
      service: "sqs",
      operation: "SendMessage",
      times: 3,
    });
    const schedule = await create({
      Target: {
        Arn: queueArn(target),
        Input: "late",
        RetryPolicy: { MaximumRetryAttempts: 2 },
        DeadLetterConfig: { Arn: queueArn(dead) },
      },
    });
    await cloud.clock.advance(10 * 60_000);
    expect(await messages(target)).to.have.length(0);
    const [{ Body, MessageAttributes = {} }] = await messages(dead);
    expect(Body).to.equal("late");
    const attributes = Object.entries(MessageAttributes).map(([key, value]) => [
      key,
      value.StringValue,
    ]);
    expect(Object.fromEntries(attributes)).to.include({
      EXHAUSTED_RETRY_CONDITION: "MaximumRetryAttempts",
      RETRY_ATTEMPTS: "2",
      SCHEDULE_ARN: `arn:aws:scheduler:us-east-1:${ACCOUNT}:schedule/default/${schedule}`,
      TARGET_ARN: queueArn(target),
    });
  });

  it("uses the role's permissions: what the role may not send is a dead letter immediately", async () => {
    const dead = await queue();
    const RoleArn = await role({ StringEquals: { "aws:SourceAccount": ACCOUNT } });
    await create({
      Target: {
        Arn: queueArn("nowhere"),
        RoleArn,
        DeadLetterConfig: { Arn: queueArn(dead) },
      },
    });
    await cloud.clock.advance(1);
    const [{ MessageAttributes = {} }] = await messages(dead);
    expect(MessageAttributes.ERROR_CODE?.StringValue).to.match(
      /NonExistentQueue|QueueDoesNotExist/,
    );
    expect(MessageAttributes.RETRY_ATTEMPTS?.StringValue).to.equal("0");
  });

  it("assumes its role for the group, not for the schedule", async () => {
    const target = await queue();
    const forGroup = (arn: string): Promise<string> => role({ ArnLike: { "aws:SourceArn": arn } });
    const arn = `arn:aws:scheduler:us-east-1:${ACCOUNT}:schedule`;
    const good = await forGroup(`${arn}-group/default`);
    await create({ Target: { Arn: queueArn(target), RoleArn: good } });
    const bad = await forGroup(`${arn}/default/*`);
    await expectAwsError(
      create({ Target: { Arn: queueArn(target), RoleArn: bad } }),
      "ValidationException",
      "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
    );
  });

  it("requires iam:PassRole of the caller", async () => {
    const statements = [{ Effect: "Allow", Action: "scheduler:*", Resource: "*" }];
    const credentials = await roleSession(cloud, name("caller"), statements);
    const caller = new sdk.SchedulerClient({ ...settings(), credentials });
    const command = new sdk.CreateScheduleCommand({
      Name: "denied",
      ScheduleExpression: "rate(1 hour)",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: { Arn: queueArn("q"), RoleArn: await role() },
    });
    const error = await caller.send(command).catch((reason: Error) => reason);
    expect(error).to.have.property("name", "AccessDeniedException");
    expect(error).to.have.property("message").that.includes("iam:PassRole");
    caller.destroy();
  });

  const refusals: [what: string, request: Request, message: RegExp][] = [
    [
      "an expression that is none",
      { ScheduleExpression: "daily", Target: {} },
      /^Invalid Schedule Expression daily\.$/,
    ],
    [
      "a misspelt window mode",
      { FlexibleTimeWindow: { Mode: "ON" as "OFF" }, Target: {} },
      /Value 'ON' at 'flexibleTimeWindow\.mode' failed to satisfy constraint: Member must satisfy enum value set: \[OFF, FLEXIBLE\]/,
    ],
    [
      "a window of two days",
      { FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 2880 }, Target: {} },
      /Value '2880' at 'flexibleTimeWindow\.maximumWindowInMinutes' failed to satisfy constraint: Member must have value less than or equal to 1440/,
    ],
    [
      "a flexible window without its length",
      { FlexibleTimeWindow: { Mode: "FLEXIBLE" }, Target: {} },
      /^MaximumWindowInMinutes is required/,
    ],
    [
      "a group that is not there",
      { GroupName: "none", Target: {} },
      /^Schedule group none does not exist\.$/,
    ],
    [
      "an end before the start",
      { StartDate: new Date("2999-01-02"), EndDate: new Date("2999-01-01"), Target: {} },
      /^The EndDate you specify must come after the StartDate you specify\.$/,
    ],
    [
      "a start long ago",
      { StartDate: new Date(0), Target: {} },
      /^The StartDate you specify cannot be earlier than 5 minutes ago\.$/,
    ],
    [
      "a universal target, loudly",
      { Target: { Arn: "arn:aws:scheduler:::aws-sdk:sqs:purgeQueue" } },
      /^The local cloud does not implement the universal target arn:aws:scheduler:::aws-sdk:sqs:purgeQueue/,
    ],
    [
      "a bus without parameters",
      { Target: { Arn: `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/b` } },
      /^EventBridgeParameters is required/,
    ],
  ];
  for (const [what, request, message] of refusals)
    it(`refuses ${what}`, async () => {
      const { Target, ...rest } = request;
      const error = await create({ ...rest, Target: { Arn: queueArn("q"), ...Target } }).then(
        () => new Error("nothing was refused"),
        (reason: Error) => reason,
      );
      expect(error.message).to.match(message);
    });

  it("has groups that are listed in pages and deleted with their schedules", async () => {
    const GroupName = name("group");
    await client.send(
      new sdk.CreateScheduleGroupCommand({ Name: GroupName, Tags: [{ Key: "a", Value: "1" }] }),
    );
    await expectAwsError(
      client.send(new sdk.CreateScheduleGroupCommand({ Name: GroupName })),
      "ConflictException",
      `Schedule group ${GroupName} already exists.`,
    );
    const target = queueArn(await queue());
    const mine = [
      await create({ GroupName, Target: { Arn: target } }),
      await create({ GroupName, Target: { Arn: target } }),
    ];
    const found: (string | undefined)[] = [];
    for await (const page of sdk.paginateListSchedules({ client }, { GroupName, MaxResults: 1 }))
      found.push(...(page.Schedules ?? []).map((one) => one.Name));
    expect(found).to.have.members(mine);
    await client.send(new sdk.DeleteScheduleGroupCommand({ Name: GroupName }));
    const get = new sdk.GetScheduleCommand({ GroupName, Name: mine[0] });
    await expectAwsError(client.send(get), "ResourceNotFoundException");
    await expectAwsError(
      client.send(new sdk.DeleteScheduleGroupCommand({ Name: "default" })),
      "ValidationException",
    );
  });
});
