import { expect } from "chai";
import * as fc from "fast-check";
import { readEvent, readMessage } from "../../../../callbacks/instances/lifecycleHooks/hookMessage";
import { runs } from "../../../../localcloud/test/support/runs";

const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
const token = fc.uuid();
const name = fc.stringMatching(
  /^[\x21-\x39\x3b-\x7e]([\x20-\x39\x3b-\x7e]{0,40}[\x21-\x39\x3b-\x7e])?$/,
);
const metadata = fc.oneof(
  fc.json({ maxDepth: 2 }).filter((json) => /^["{[]./.test(json)),
  fc.stringMatching(/^[\x21-\x7e]([\x20-\x7e]{0,80}[\x21-\x7e])?$/),
);
const place = fc.constantFrom("EC2", "WarmPool", "AutoScalingGroup");

/** The fields of Auto Scaling's notifications, by their own names. */
const facts = fc.record(
  {
    LifecycleActionToken: token,
    AutoScalingGroupName: name,
    LifecycleHookName: name,
    EC2InstanceId: hex(17).map((id) => `i-${id}`),
    LifecycleTransition: fc.constantFrom(
      "autoscaling:EC2_INSTANCE_LAUNCHING",
      "autoscaling:EC2_INSTANCE_TERMINATING",
    ),
    NotificationMetadata: metadata,
    Origin: place,
    Destination: place,
  },
  {
    requiredKeys: [
      "LifecycleActionToken",
      "AutoScalingGroupName",
      "LifecycleHookName",
      "EC2InstanceId",
      "LifecycleTransition",
    ],
  },
);
type Facts = Partial<Record<string, string>>;

/** Fields that the events of EventBridge lack and that nothing uses. */
const ENVELOPE = {
  Service: "AWS Auto Scaling",
  Time: "2026-11-28T10:00:00.123Z",
  RequestId: "3c6e0b8a-9c15-4a3b-8f1f-1f0e8a6b2c11",
  AccountId: "123456789012",
};

const sns = (Message: string) => ({ Records: [{ EventSource: "aws:sns", Sns: { Message } }] });
const asJson = (given: Facts) => sns(JSON.stringify({ ...ENVELOPE, ...given }));
const asLines = (given: Facts) =>
  sns(
    Object.entries({ ...ENVELOPE, ...given })
      .map(([key, value]) => `${key}: ${value}`)
      .join("\n"),
  );
const asEvent = (given: Facts) => ({
  version: "0",
  id: "1",
  "detail-type": "EC2 Instance-launch Lifecycle Action",
  source: "aws.autoscaling",
  detail: given,
});
const inQueue = (given: Facts) => ({
  Records: [
    {
      eventSource: "aws:sqs",
      body: JSON.stringify({ Type: "Notification", Message: asJson(given).Records[0].Sns.Message }),
    },
  ],
});

const LAUNCH: Facts = {
  LifecycleActionToken: "token-1",
  AutoScalingGroupName: "fleet",
  LifecycleHookName: "data-launch",
  EC2InstanceId: "i-0123456789abcdef0",
  LifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
};

describe("messages of a lifecycle hook", function () {
  this.timeout(60_000);

  it("are equal as JSON, as lines of keys and values, as an event of EventBridge and in a queue", () => {
    fc.assert(
      fc.property(facts, (given) => {
        const expected = readEvent(asEvent(given));
        expect(expected[0].kind).to.equal("hook");
        for (const form of [asJson, asLines, inQueue])
          expect(readEvent(form(given))).to.deep.equal(expected);
      }),
      { numRuns: runs(20_000, 1_000_000) },
    );
  });

  it("keep metadata of several lines together", () => {
    const NotificationMetadata = JSON.stringify({ SubnetId: "subnet-1", Note: "a: b" }, null, 2);
    const given = { ...LAUNCH, NotificationMetadata };
    expect(readEvent(asLines(given))).to.deep.equal(readEvent(asJson(given)));
  });

  it("are ignored when their metadata imitates another instance", () => {
    const given = { ...LAUNCH, NotificationMetadata: "x\nEC2InstanceId: i-0fedcba9876543210" };
    expect(readEvent(asLines(given))).to.deep.equal([
      { kind: "ignored", why: "it has two values of EC2InstanceId" },
    ]);
    expect(readEvent(asJson(given))[0]).to.deep.include({ kind: "hook" });
  });

  it("that are test notifications are recognized in each form", () => {
    const test = { ...ENVELOPE, Event: "autoscaling:TEST_NOTIFICATION", AutoScalingGroupName: "g" };
    for (const form of [asJson, asLines, inQueue])
      expect(readEvent(form(test))).to.deep.equal([{ kind: "test" }]);
  });

  it("never throw, whatever the input", () => {
    const anything = fc.oneof(
      fc.anything(),
      fc.record({ Records: fc.array(fc.anything()) }),
      fc.string().map(sns),
      fc.json().map(sns),
      fc.record({ detail: fc.anything() }),
    );
    fc.assert(
      fc.property(anything, (event) => {
        for (const one of readEvent(event)) expect(one.kind).to.not.equal("hook");
      }),
      { numRuns: runs(5_000, 500_000) },
    );
  });

  it("without a valid instance id, hook or token are not actions", () => {
    for (const [key, value] of [
      ["EC2InstanceId", "i-../../x"],
      ["EC2InstanceId", ""],
      ["LifecycleHookName", ""],
      ["LifecycleActionToken", ""],
      ["LifecycleTransition", "autoscaling:EC2_INSTANCE_LAUNCH"],
    ])
      expect(readMessage(JSON.stringify({ ...LAUNCH, [key]: value })).kind, key).to.equal(
        "ignored",
      );
  });
});
