import {
  CreateEventBusCommand,
  PutEventsCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  FilterLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateClusterCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { AddPermissionCommand, CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { expect } from "chai";
import type { ServiceCall } from "../../../core/service";
import { ACCOUNT, connection } from "../ecs/ecsCloud";
import { zip } from "../lambda/lambdaCloud";
import { expectError } from "../sqs/harness";
import { EventsCloud } from "./eventsCloud";

const ORDERS = { EventPattern: JSON.stringify({ source: ["shop"] }) };

describe("EventBridge delivery", () => {
  let c: EventsCloud;
  beforeEach(async () => (c = await EventsCloud.start()));
  afterEach(() => c.stop());

  /** Creates a role that EventBridge may assume, with these permissions. */
  async function role(Action: string | string[]): Promise<string> {
    const iam = new IAMClient(connection(c.cloud));
    const trust = {
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: { Service: ["events.amazonaws.com", "lambda.amazonaws.com"] },
        Action: "sts:AssumeRole",
      },
    };
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName: "r", AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    const policy = { Version: "2012-10-17", Statement: { Effect: "Allow", Action, Resource: "*" } };
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: "r",
        PolicyName: "p",
        PolicyDocument: JSON.stringify(policy),
      }),
    );
    iam.destroy();
    return Role?.Arn ?? "";
  }

  it("sends a complete matching event to a queue, and no other event", async () => {
    await c.rule("orders", ORDERS, await c.queue("q"));
    const id = await c.put("shop", { total: 5 });
    await c.put("other", {});
    const [event, ...more] = await c.delivered("q");
    expect(more).to.deep.equal([]);
    expect(event).to.deep.equal({
      version: "0",
      id,
      "detail-type": "test",
      source: "shop",
      account: ACCOUNT,
      time: c.cloud.clock
        .date()
        .toISOString()
        .replace(/\.\d+Z/, "Z"),
      region: "us-east-1",
      resources: [],
      detail: { total: 5 },
    });
  });

  it("delivers once to every target of every rule that matches", async () => {
    await c.rule("one", ORDERS, await c.queue("a"), await c.queue("b"));
    await c.rule("two", ORDERS, await c.queue("c"));
    await c.put("shop", {});
    for (const queue of ["a", "b", "c"]) expect(await c.messages(queue)).to.have.length(1);
    await c.seconds(86_400);
    for (const queue of ["a", "b", "c"]) expect(await c.messages(queue)).to.have.length(0);
  });

  it("sets the group of a FIFO queue", async () => {
    await c.rule("orders", ORDERS);
    const Arn = await c.queue("q.fifo");
    await c.targets("orders", { Id: "q", Arn, SqsParameters: { MessageGroupId: "g" } });
    await c.put("shop", { total: 1 });
    const [message] = await c.messages("q.fifo");
    expect(message.Attributes).to.have.property("MessageGroupId", "g");
  });

  it("sends events that it may not deliver to the dead-letter queue immediately", async () => {
    await c.rule("orders", ORDERS);
    const Arn = await c.queue("closed", false);
    const DeadLetterConfig = { Arn: await c.queue("dead") };
    await c.targets("orders", { Id: "q", Arn, DeadLetterConfig });
    await c.put("shop", { total: 1 });
    const [{ Body = "", MessageAttributes = {} }] = await c.messages("dead");
    expect((JSON.parse(Body) as { detail: object }).detail).to.deep.equal({ total: 1 });
    const values = Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]),
    );
    expect(values).to.deep.include({
      RULE_ARN: `arn:aws:events:us-east-1:${ACCOUNT}:rule/orders`,
      TARGET_ARN: Arn,
      ERROR_CODE: "NO_PERMISSIONS",
      RETRY_ATTEMPTS: "0",
    });
  });

  it("retries while the target is throttled or fails", async () => {
    await c.rule("orders", ORDERS, await c.queue("q"));
    const operation = { service: "sqs", operation: "SendMessage" };
    c.cloud.faults.add({ ...operation, kind: "throttle", times: 2 });
    c.cloud.faults.add({ ...operation, kind: "internalError", times: 1 });
    await c.put("shop", {});
    await c.seconds(6);
    expect(await c.messages("q")).to.have.length(0);
    await c.seconds(1);
    expect(await c.messages("q")).to.have.length(1);
  });

  it("delivers twice only when the target's response is lost", async () => {
    await c.rule("orders", ORDERS, await c.queue("q"));
    c.cloud.faults.add({ service: "sqs", operation: "SendMessage", kind: "connectionLostAfter" });
    await c.put("shop", {});
    await c.seconds(600);
    expect(await c.messages("q")).to.have.length(2);
  });

  it("gives up after 185 retries within 24 hours, or sooner if the target's retry policy says so", async () => {
    const dead = { Arn: await c.queue("dead") };
    await c.rule("orders", ORDERS);
    await c.targets(
      "orders",
      { Id: "long", Arn: await c.queue("a"), DeadLetterConfig: dead },
      {
        Id: "short",
        Arn: await c.queue("b"),
        DeadLetterConfig: dead,
        RetryPolicy: { MaximumRetryAttempts: 3 },
      },
      {
        Id: "young",
        Arn: await c.queue("c"),
        DeadLetterConfig: dead,
        RetryPolicy: { MaximumEventAgeInSeconds: 60 },
      },
    );
    // Only the three queues fail; the dead-letter queue works.
    const failing = ["a", "b", "c"].map((queue) => `${c.cloud.endpoint}/${ACCOUNT}/${queue}`);
    const call = c.cloud.call.bind(c.cloud);
    c.cloud.call = async <Output>(request: ServiceCall): Promise<Output> => {
      const { QueueUrl = "" } = request.input as { QueueUrl?: string };
      if (failing.includes(QueueUrl))
        c.cloud.faults.add({ service: "sqs", operation: "SendMessage", kind: "internalError" });
      return call<Output>(request);
    };
    await c.put("shop", {});
    const conditions = async (): Promise<string[]> =>
      (await c.messages("dead")).map(
        ({ MessageAttributes: values = {} }) =>
          `${values.EXHAUSTED_RETRY_CONDITION?.StringValue} ${values.RETRY_ATTEMPTS?.StringValue}`,
      );
    await c.seconds(3600);
    expect((await conditions()).sort()).to.deep.equal([
      "MaximumEventAgeInSeconds 5",
      "MaximumRetryAttempts 3",
    ]);
    await c.seconds(86_400 - 3600);
    expect(await conditions()).to.deep.equal(["MaximumRetryAttempts 185"]);
  });

  it("invokes a function that allows EventBridge, for that rule only", async () => {
    const lambda = new LambdaClient(connection(c.cloud));
    const { FunctionArn = "" } = await lambda.send(
      new CreateFunctionCommand({
        FunctionName: "f",
        Runtime: "nodejs20.x",
        Handler: "index.handler",
        Role: await role("logs:CreateLogStream"),
        Code: { ZipFile: zip("exports.handler = async (event) => event;") },
      }),
    );
    const invokes = (): string[] =>
      c.cloud.recorder
        .find({ service: "lambda", operation: "Invoke" })
        .map(({ outcome, principal }) => `${outcome} ${JSON.stringify(principal)}`);
    await c.rule("orders", ORDERS, FunctionArn);
    await c.put("shop", {});
    expect(invokes()).to.have.length(1);
    expect(invokes()[0]).to.match(/^denied .*"service":"events.amazonaws.com"/);
    await lambda.send(
      new AddPermissionCommand({
        FunctionName: "f",
        StatementId: "s",
        Action: "lambda:InvokeFunction",
        Principal: "events.amazonaws.com",
        SourceArn: `arn:aws:events:us-east-1:${ACCOUNT}:rule/orders`,
      }),
    );
    await c.put("shop", {});
    expect(invokes()[1]).to.match(/^ok /);
    lambda.destroy();
  });

  it("writes events to a log group", async () => {
    const logs = new CloudWatchLogsClient(connection(c.cloud));
    const logGroupName = "/aws/events/orders";
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    await c.rule("orders", ORDERS, `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:${logGroupName}`);
    await c.put("shop", { total: 7 });
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
    expect(events.map(({ message = "" }) => JSON.parse(message) as object)).to.have.length(1);
    expect(events[0].message).to.include('"detail":{"total":7}');
    logs.destroy();
  });

  it("forwards an event unchanged to another bus, and never to a third", async () => {
    for (const Name of ["two", "three"]) await c.events.send(new CreateEventBusCommand({ Name }));
    const bus = (name: string) => `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/${name}`;
    await c.rule("first", ORDERS, bus("two"));
    const onTwo = { ...ORDERS, EventBusName: "two" };
    await c.rule("second", onTwo);
    await c.rule("third", { ...ORDERS, EventBusName: "three" });
    const put = async (Rule: string, EventBusName: string, ...arns: string[]) => {
      const Targets = arns.map((Arn, index) => ({ Id: `t${index}`, Arn }));
      await c.events.send(new PutTargetsCommand({ Rule, EventBusName, Targets }));
    };
    await put("second", "two", await c.queue("q2"), bus("three"));
    await put("third", "three", await c.queue("q3"));
    const id = await c.put("shop", { total: 1 });
    expect((await c.delivered("q2")).map((event) => event.id)).to.deep.equal([id]);
    expect(await c.delivered("q3")).to.deep.equal([]);
  });

  it("runs tasks with the target's role, which needs permission", async () => {
    const ecs = new ECSClient(connection(c.cloud));
    await ecs.send(new CreateClusterCommand({ clusterName: "main" }));
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: "job",
        containerDefinitions: [{ name: "app", image: "x", memory: 128 }],
      }),
    );
    await c.rule("orders", ORDERS);
    await c.targets("orders", {
      Id: "t",
      Arn: `arn:aws:ecs:us-east-1:${ACCOUNT}:cluster/main`,
      RoleArn: await role("ecs:RunTask"),
      EcsParameters: {
        TaskDefinitionArn: `arn:aws:ecs:us-east-1:${ACCOUNT}:task-definition/job`,
        TaskCount: 2,
      },
      InputTransformer: {
        InputPathsMap: { n: "$.detail.total" },
        InputTemplate: '{"containerOverrides": [{"name": "app", "command": ["<n>"]}]}',
      },
    });
    await c.put("shop", { total: 7 });
    const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster: "main" }));
    const { tasks = [] } = await ecs.send(
      new DescribeTasksCommand({ cluster: "main", tasks: taskArns }),
    );
    expect(tasks).to.have.length(2);
    expect(tasks[0].startedBy).to.equal("events-rule/orders");
    expect(tasks[0].overrides?.containerOverrides?.[0].command).to.deep.equal(["7"]);
    ecs.destroy();
  });

  it("accepts events of up to 1 MB together, and refuses more", async () => {
    const put = (bytes: number) =>
      c.events.send(
        new PutEventsCommand({
          Entries: [
            { Source: "s", DetailType: "t", Detail: JSON.stringify({ a: "x".repeat(bytes) }) },
          ],
        }),
      );
    expect((await put(900_000)).FailedEntryCount).to.equal(0);
    await expectError(put(1_048_576), "ValidationException", /over the limit/);
  });

  it("reports the result of each entry of PutEvents separately", async () => {
    const { Entries = [], FailedEntryCount } = await c.events.send(
      new PutEventsCommand({
        Entries: [
          { Source: "shop", DetailType: "t", Detail: "{}" },
          { DetailType: "t", Detail: "{}" },
          { Source: "shop", DetailType: "t", Detail: "[]" },
          {
            Source: "shop",
            DetailType: "t",
            Detail: `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
          },
          { Source: "aws.ecs", DetailType: "t", Detail: "{}" },
          { Source: "shop", DetailType: "t", Detail: "{}", EventBusName: "nobody" },
        ],
      }),
    );
    expect(FailedEntryCount).to.equal(4);
    expect(Entries.map(({ EventId, ErrorCode }) => (EventId ? "ok" : ErrorCode))).to.deep.equal([
      "ok",
      "InvalidArgument",
      "MalformedDetail",
      "MalformedDetail",
      "NotAuthorizedForSourceException",
      "ok",
    ]);
    expect(Entries[1].ErrorMessage).to.equal(
      "Parameter Source is not valid. Reason: Source is a required argument.",
    );
  });
});
