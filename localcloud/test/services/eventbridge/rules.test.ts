import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  ListEventBusesCommand,
  ListRuleNamesByTargetCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutPermissionCommand,
  RemoveTargetsCommand,
  TagResourceCommand,
  type Target,
  TestEventPatternCommand,
} from "@aws-sdk/client-eventbridge";
import { expect } from "chai";
import { ACCOUNT } from "../ecs/ecsCloud";
import { expectError } from "../sqs/harness";
import { EventsCloud } from "./eventsCloud";

const ANY = { EventPattern: JSON.stringify({ account: [ACCOUNT] }) };

describe("EventBridge rules", () => {
  let c: EventsCloud;
  beforeEach(async () => {
    c = await EventsCloud.start();
    // Starts at a full minute, so that cron and rates coincide.
    await c.cloud.clock.advance(60_000 - (c.cloud.clock.now() % 60_000));
  });
  afterEach(() => c.stop());

  const timers = (): number => (c.cloud.clock as unknown as { pending: Set<object> }).pending.size;

  it("run at a rate, counted from their creation, with the occurrence's time", async () => {
    const made = c.cloud.clock.now();
    await c.rule("tick", { ScheduleExpression: "rate(5 minutes)" }, await c.queue("q"));
    await c.seconds(299);
    expect(await c.delivered("q")).to.deep.equal([]);
    await c.seconds(601);
    const events = await c.delivered("q");
    const times = events.map(({ time }) => (Date.parse(time) - made) / 1000);
    expect(times.sort((a, b) => a - b)).to.deep.equal([300, 600, 900]);
    const { id: _id, time: _time, ...rest } = events[0];
    expect(rest).to.deep.equal({
      version: "0",
      "detail-type": "Scheduled Event",
      source: "aws.events",
      account: ACCOUNT,
      region: "us-east-1",
      resources: [`arn:aws:events:us-east-1:${ACCOUNT}:rule/tick`],
      detail: {},
    });
  });

  it("run by cron", async () => {
    await c.rule("daily", { ScheduleExpression: "cron(30 4 * * ? *)" }, await c.queue("q"));
    await c.seconds(3 * 86_400);
    const times = (await c.delivered("q")).map(({ time }) => time.slice(11));
    expect(times).to.deep.equal(["04:30:00Z", "04:30:00Z", "04:30:00Z"]);
  });

  it("do not run while disabled, without targets, or deleted", async () => {
    const arn = await c.queue("q");
    await c.rule("tick", { ScheduleExpression: "rate(1 minute)" });
    expect(timers()).to.equal(0);
    await c.targets("tick", { Id: "q", Arn: arn });
    expect(timers()).to.equal(1);
    await c.events.send(new DisableRuleCommand({ Name: "tick" }));
    expect(timers()).to.equal(0);
    await c.seconds(600);
    expect(await c.delivered("q")).to.deep.equal([]);
    await c.events.send(new EnableRuleCommand({ Name: "tick" }));
    await c.seconds(60);
    expect(await c.delivered("q")).to.have.length(1);
    // From now on, SQS reports the queue's metrics.
    expect(timers()).to.equal(2);
    await c.events.send(new RemoveTargetsCommand({ Rule: "tick", Ids: ["q"] }));
    expect(timers()).to.equal(1);
    await c.events.send(new DeleteRuleCommand({ Name: "tick" }));
  });

  it("keep their schedule when only the description changes", async () => {
    const ScheduleExpression = "rate(10 minutes)";
    await c.rule("tick", { ScheduleExpression }, await c.queue("q"));
    await c.seconds(300);
    await c.rule("tick", { ScheduleExpression, Description: "still the same" });
    await c.seconds(300);
    expect(await c.delivered("q")).to.have.length(1);
    await c.rule("tick", { ScheduleExpression: "rate(9 minutes)" });
    await c.seconds(539);
    expect(await c.delivered("q")).to.have.length(0);
    await c.seconds(1);
    expect(await c.delivered("q")).to.have.length(1);
  });

  it("are described and listed with their targets", async () => {
    const arn = await c.queue("q");
    await c.rule("a-one", { ...ANY, Description: "d" }, arn);
    await c.rule("a-two", { ScheduleExpression: "rate(1 day)", State: "DISABLED" });
    await c.rule("b", ANY);
    const described = await c.events.send(new DescribeRuleCommand({ Name: "a-one" }));
    expect(described).to.deep.include({
      Arn: `arn:aws:events:us-east-1:${ACCOUNT}:rule/a-one`,
      EventPattern: ANY.EventPattern,
      State: "ENABLED",
      Description: "d",
      EventBusName: "default",
      CreatedBy: ACCOUNT,
    });
    const page = await c.events.send(new ListRulesCommand({ NamePrefix: "a", Limit: 1 }));
    expect(page.Rules?.map(({ Name }) => Name)).to.deep.equal(["a-one"]);
    const { Rules } = await c.events.send(
      new ListRulesCommand({ NamePrefix: "a", NextToken: page.NextToken }),
    );
    expect(Rules?.map(({ Name, State }) => `${Name} ${State}`)).to.deep.equal(["a-two DISABLED"]);
    const targets = await c.events.send(new ListTargetsByRuleCommand({ Rule: "a-one" }));
    expect(targets.Targets).to.deep.equal([{ Id: "t0", Arn: arn }]);
    const names = await c.events.send(new ListRuleNamesByTargetCommand({ TargetArn: arn }));
    expect(names.RuleNames).to.deep.equal(["a-one"]);
  });

  it("keep tags and policies", async () => {
    await c.rule("r", { ...ANY, Tags: [{ Key: "team", Value: "a" }] });
    const ResourceARN = `arn:aws:events:us-east-1:${ACCOUNT}:rule/r`;
    const Tags = [{ Key: "env", Value: "dev" }];
    await c.events.send(new TagResourceCommand({ ResourceARN, Tags }));
    const listed = await c.events.send(new ListTagsForResourceCommand({ ResourceARN }));
    expect(listed.Tags).to.deep.equal([{ Key: "team", Value: "a" }, ...Tags]);
    await c.events.send(new PutPermissionCommand({ StatementId: "s", Principal: "111122223333" }));
    const { Policy = "" } = await c.events.send(new DescribeEventBusCommand({}));
    expect(JSON.parse(Policy)).to.deep.equal({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "s",
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::111122223333:root" },
          Action: "events:PutEvents",
          Resource: `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/default`,
        },
      ],
    });
  });

  it("are separate per bus, and the default bus cannot be deleted", async () => {
    await c.events.send(new CreateEventBusCommand({ Name: "own" }));
    await c.rule("r", { ...ANY, EventBusName: "own" });
    const describeOn = (EventBusName?: string) =>
      c.events.send(new DescribeRuleCommand({ Name: "r", EventBusName }));
    expect((await describeOn("own")).Arn).to.match(/:rule\/own\/r$/);
    await expectError(
      describeOn(),
      "ResourceNotFoundException",
      "Rule r does not exist on EventBus default.",
    );
    const { EventBuses = [] } = await c.events.send(new ListEventBusesCommand({}));
    expect(EventBuses.map(({ Name }) => Name)).to.deep.equal(["default", "own"]);
    const drop = (Name: string) => c.events.send(new DeleteEventBusCommand({ Name }));
    await expectError(drop("own"), "ValidationException", /has rules/);
    await expectError(drop("default"), "ValidationException", "Cannot delete event bus default.");
    await expectError(
      c.events.send(new CreateEventBusCommand({ Name: "own" })),
      "ResourceAlreadyExistsException",
      "Event bus own already exists.",
    );
    await expectError(
      c.rule("s", { ScheduleExpression: "rate(1 day)", EventBusName: "own" }),
      "ValidationException",
      "ScheduleExpression is supported only on the default event bus.",
    );
  });

  it("test a pattern against an event", async () => {
    const event = {
      id: "1",
      account: ACCOUNT,
      source: "shop",
      time: "2026-01-01T00:00:00Z",
      region: "us-east-1",
      "detail-type": "t",
      detail: { n: 5 },
    };
    const test = async (pattern: object) => {
      const EventPattern = JSON.stringify(pattern);
      const command = new TestEventPatternCommand({ EventPattern, Event: JSON.stringify(event) });
      return (await c.events.send(command)).Result;
    };
    expect(await test({ detail: { n: [{ numeric: [">=", 5] }] } })).to.equal(true);
    expect(await test({ source: ["other"] })).to.equal(false);
    await expectError(
      test({ source: "shop" }),
      "InvalidEventPatternException",
      'Event pattern is not valid. Reason: "source" must be an object or an array',
    );
  });

  it("are refused if invalid", async () => {
    await expectError(
      c.rule("r", {}),
      "ValidationException",
      "Parameter(s) EventPattern or ScheduleExpression must be specified.",
    );
    const names = (length: number): string => JSON.stringify({ source: ["s".repeat(length - 15)] });
    await c.rule("long", { EventPattern: names(2048) });
    await expectError(
      c.rule("longer", { EventPattern: names(2049) }),
      "LimitExceededException",
      "The requested resource exceeds the maximum number allowed.",
    );
    await expectError(c.rule("a b", ANY), "ValidationException", /failed to satisfy constraint/);
    await expectError(
      c.rule("r", { ...ANY, EventBusName: "nobody" }),
      "ResourceNotFoundException",
      "Event bus nobody does not exist.",
    );
    const arn = await c.queue("q");
    await c.rule("r", ANY, arn);
    await expectError(
      c.events.send(new DeleteRuleCommand({ Name: "r" })),
      "ValidationException",
      "Rule can't be deleted since it has targets.",
    );
    // Force is for rules of AWS services; users' rules are treated as missing.
    await expectError(
      c.events.send(new DeleteRuleCommand({ Name: "r", Force: true })),
      "ValidationException",
      "Rule can't be deleted since it has targets.",
    );
    const six = Array.from({ length: 6 }, (_, index) => ({ Id: `x${index}`, Arn: arn }));
    await expectError(c.targets("r", ...six), "LimitExceededException", /exceeds the maximum/);
  });

  const arnOf = (service: string, resource: string) =>
    `arn:aws:${service}:us-east-1:${ACCOUNT}:${resource}`;
  const refused: [string, Omit<Target, "Id">, string, RegExp][] = [
    [
      "an unsupported service",
      { Arn: arnOf("kinesis", "stream/s") },
      "NotImplemented",
      /targets like/,
    ],
    ["no ARN", { Arn: "queue" }, "ValidationException", /not in correct format/],
    [
      "a FIFO queue without group",
      { Arn: arnOf("sqs", "q.fifo") },
      "ValidationException",
      /SqsParameters/,
    ],
    [
      "a cluster without task",
      { Arn: arnOf("ecs", "cluster/c") },
      "ValidationException",
      /EcsParameters/,
    ],
    [
      "a cluster without role",
      { Arn: arnOf("ecs", "cluster/c"), EcsParameters: { TaskDefinitionArn: "t" } },
      "ValidationException",
      /RoleArn is required for target/,
    ],
    [
      "two inputs",
      { Arn: arnOf("sqs", "q"), Input: "1", InputPath: "$" },
      "ValidationException",
      /Only one of/,
    ],
    [
      "a variable that its template alone knows",
      {
        Arn: arnOf("sqs", "q"),
        InputTransformer: {
          InputPathsMap: { a: "$.id" },
          InputTemplate: '"<a> <nope> <constructor>"',
        },
      },
      "ValidationException",
      /^InputTemplate for target t contains invalid placeholder nope\.$/,
    ],
    [
      "an input that is no JSON",
      { Arn: arnOf("sqs", "q"), Input: "{" },
      "ValidationException",
      /JSON syntax/,
    ],
    [
      "too many retries",
      { Arn: arnOf("sqs", "q"), RetryPolicy: { MaximumRetryAttempts: 186 } },
      "ValidationException",
      /less than or equal to 185/,
    ],
    [
      "a FIFO dead-letter queue",
      { Arn: arnOf("sqs", "q"), DeadLetterConfig: { Arn: arnOf("sqs", "d.fifo") } },
      "ValidationException",
      /standard SQS queue/,
    ],
  ];
  for (const [what, target, name, text] of refused)
    it(`refuse a target with ${what}`, async () => {
      await c.rule("r", ANY);
      await expectError(c.targets("r", { Id: "t", ...target }), name, text);
    });
});
