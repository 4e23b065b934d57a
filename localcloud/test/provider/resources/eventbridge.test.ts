import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DisableRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { expect } from "chai";
import { client } from "../../../provider/clients";
import { UNKNOWN } from "../../../provider/values";
import { describeLifecycle, ProviderBench } from "../../support/resourceLifecycle";

const RULE = "aws:cloudwatch/eventRule:EventRule";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";

const PATTERN = '{ "source": ["aws.ecs"],\n  "detail-type": ["ECS Deployment State Change"] }';
const FUNCTION = "arn:aws:lambda:eu-central-1:123456789012:function:wake";
const OTHER_FUNCTION = "arn:aws:lambda:eu-central-1:123456789012:function:sleep";
const ROLE = "arn:aws:iam::123456789012:role/events";
const QUEUE = "arn:aws:sqs:eu-central-1:123456789012:dead-letters";

describeLifecycle({
  type: "aws:cloudwatch/eventRule:EventRule",
  inputs: () => ({ eventPattern: PATTERN, description: "deployments", tags: { a: "1" } }),
  updates: [
    { eventPattern: '{"source":["aws.ecr"]}', tags: { b: "2" } },
    { eventPattern: undefined, scheduleExpression: "rate(5 minutes)" },
    { description: undefined, tags: undefined, forceDestroy: true },
    { state: "DISABLED", eventPattern: PATTERN },
    { state: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS" },
    { state: "ENABLED", scheduleExpression: undefined, forceDestroy: false },
  ],
  replaces: [{ name: "other" }, { eventBusName: "other" }],
  drift: {
    make: ({ context }, { id: Name }) =>
      client(EventBridgeClient, context).send(
        new PutRuleCommand({
          Name,
          EventPattern: '{"source":["theirs"]}',
          ScheduleExpression: "rate(1 hour)",
          Description: "theirs",
          State: "DISABLED",
        }),
      ),
    expected: ["eventPattern", "scheduleExpression", "description", "state"],
  },
});

describe("aws:cloudwatch/eventRule:EventRule, by isEnabled", function () {
  describeLifecycle({
    type: "aws:cloudwatch/eventRule:EventRule",
    inputs: () => ({ scheduleExpression: "cron(0 20 * * ? *)", isEnabled: false }),
    // An import returns the state instead.
    untold: ["isEnabled"],
    updates: [{ isEnabled: true, description: "daily" }],
    drift: {
      make: ({ context }, { id: Name }) =>
        client(EventBridgeClient, context).send(new DisableRuleCommand({ Name })),
      expected: ["isEnabled"],
    },
  });
});

describe("aws:cloudwatch/eventRule:EventRule, whose state is left to others", function () {
  let bench: ProviderBench;
  before(async () => {
    bench = await ProviderBench.start();
  });
  after(() => bench.stop());

  it("stays disabled when its tags change", async () => {
    const { id, inputs } = await bench.make(RULE, { eventPattern: PATTERN });
    const events = client(EventBridgeClient, bench.context);
    await events.send(new DisableRuleCommand({ Name: id }));
    expect((await bench.core.refresh(RULE, id, inputs))?.inputs).to.deep.equal(inputs);
    const news = { ...inputs, tags: { a: "1" } };
    const outputs = await bench.core.update(RULE, id, news, inputs);
    expect(outputs).to.include({ state: "DISABLED", isEnabled: false });
    expect(outputs.tags).to.deep.equal({ a: "1" });
  });

  const failures = (news: Record<string, unknown>): string[] =>
    bench.core
      .check({
        urn: `urn:pulumi:dev::test::${RULE}::rule`,
        type: RULE,
        news,
        randomSeed: Buffer.from("seed"),
      })
      .failures.map(({ property, reason }) => `${property} ${reason}`);

  it("accepts a pattern that is not known yet in a preview", () => {
    expect(failures({ eventPattern: UNKNOWN })).to.deep.equal([]);
  });

  it("refuses isEnabled together with state", () => {
    const both = { eventPattern: PATTERN, isEnabled: true, state: "ENABLED" };
    expect(failures(both)).to.deep.equal(["isEnabled conflicts with state"]);
  });

  it("fails with EventBridge's message for a rule without pattern and schedule", async () => {
    const error = await bench.core
      .create(RULE, bench.check(RULE, {}))
      .catch((reason: unknown) => reason);
    expect(String(error)).to.contain(
      "Parameter(s) EventPattern or ScheduleExpression must be specified.",
    );
  });
});

describeLifecycle({
  type: "aws:cloudwatch/eventTarget:EventTarget",
  async inputs(bench) {
    const rule = await bench.make(RULE, { eventPattern: PATTERN });
    return { rule: rule.outputs.name, arn: FUNCTION };
  },
  updates: [
    { arn: OTHER_FUNCTION, input: '{ "a": 1 }' },
    { input: undefined, inputPath: "$.detail", roleArn: ROLE },
    {
      inputPath: undefined,
      inputTransformer: {
        inputPaths: { cluster: "$.detail.clusterArn" },
        inputTemplate: '{"cluster": <cluster>}',
      },
    },
    {
      inputTransformer: { inputTemplate: '"constant"' },
      deadLetterConfig: { arn: QUEUE },
      retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 0 },
    },
    { inputTransformer: undefined, deadLetterConfig: undefined, roleArn: undefined },
    { retryPolicy: { maximumRetryAttempts: 3 }, forceDestroy: true },
  ],
  replaces: [{ rule: "other" }, { targetId: "other" }, { eventBusName: "other" }],
  importId: ({ inputs }) => `${String(inputs.rule)}/${String(inputs.targetId)}`,
  drift: {
    make: ({ context }, { inputs }) =>
      client(EventBridgeClient, context).send(
        new PutTargetsCommand({
          Rule: String(inputs.rule),
          Targets: [{ Id: String(inputs.targetId), Arn: FUNCTION, Input: '"theirs"' }],
        }),
      ),
    expected: ["arn", "input", "retryPolicy"],
  },
});

describe("on a separate event bus", function () {
  const EventBusName = "orders";
  const makeBus = ({ context }: ProviderBench): Promise<unknown> =>
    client(EventBridgeClient, context).send(new CreateEventBusCommand({ Name: EventBusName }));

  describeLifecycle({
    type: "aws:cloudwatch/eventRule:EventRule",
    async inputs(bench) {
      await makeBus(bench);
      return { name: "placed", eventBusName: EventBusName, eventPattern: PATTERN };
    },
    updates: [{ description: "orders", tags: { a: "1" } }, { tags: { b: "2" } }],
    replaces: [{ eventBusName: "default" }],
    importId: () => `${EventBusName}/placed`,
  });

  describeLifecycle({
    type: "aws:cloudwatch/eventTarget:EventTarget",
    async inputs(bench) {
      await makeBus(bench);
      const of = { eventBusName: EventBusName };
      await bench.make(RULE, { ...of, name: "placed", eventPattern: PATTERN });
      return { ...of, rule: "placed", arn: FUNCTION, targetId: "wake" };
    },
    updates: [{ input: '{"a":1}' }],
    importId: () => `${EventBusName}/placed/wake`,
  });

  it("has the ids of AWS's provider, and is deleted with its bus", async () => {
    const bench = await ProviderBench.start();
    try {
      await makeBus(bench);
      const of = { eventBusName: EventBusName };
      const rule = bench.check(RULE, { ...of, name: "placed", eventPattern: PATTERN });
      const { id } = await bench.core.create(RULE, rule);
      expect(id).to.equal("orders/placed");
      const target = { ...of, rule: "placed", arn: FUNCTION, targetId: "wake" };
      const inputs = bench.check(TARGET, target);
      const made = await bench.core.create(TARGET, inputs);
      expect(made.id).to.equal("orders-placed-wake");
      await bench.core.delete(TARGET, made.id, inputs, made.outputs);
      await bench.core.delete(RULE, id, rule, {});
      const events = client(EventBridgeClient, bench.context);
      await events.send(new DeleteEventBusCommand({ Name: EventBusName }));
      expect(await bench.core.read(RULE, id, rule)).to.equal(undefined);
      expect(await bench.core.read(TARGET, made.id, inputs)).to.equal(undefined);
      await bench.core.delete(TARGET, made.id, inputs, made.outputs);
    } finally {
      await bench.stop();
    }
  });
});
