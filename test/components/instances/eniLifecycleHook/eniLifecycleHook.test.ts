import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { EniLifecycleHook, type EniLifecycleHookArgs } from "../../../../components";
import {
  secondsOf,
  waitProblem,
} from "../../../../components/instances/lifecycleHooks/groupProblem";
import { specsOf } from "../../../../components/instances/eniLifecycleHook/specs";
import { hookName } from "../../../../components/instances/lifecycleHooks/groups";
import { componentGraph } from "../../../support/graph/componentGraph";
import { acceptedBy, mockPulumi, unwrap } from "../../../support/graph/pulumiMocks";

const ARGS: EniLifecycleHookArgs = {
  interfaces: [
    {
      subnets: { "eu-central-1a": "subnet-a", "eu-central-1b": "subnet-b" },
      securityGroups: ["sg-1"],
      sourceDestCheck: false,
    },
  ],
  alarmActions: [],
};

interface Document {
  Statement: { Sid: string; Action: string[]; Resource: string[]; Condition?: object }[];
}

describe("EniLifecycleHook", function () {
  this.timeout(60_000);
  const graph = (args: Partial<EniLifecycleHookArgs> = {}) =>
    componentGraph(() => {
      const hook = new EniLifecycleHook("data", { ...ARGS, ...args });
      new aws.autoscaling.Group("fleet", {
        minSize: 0,
        maxSize: 3,
        initialLifecycleHooks: hook.initialLifecycleHooks("fleet"),
      });
      hook.attachTo("old", "legacy");
      hook.initialLifecycleHooks("named", { name: "by-hand" });
      hook.initialLifecycleHooks("prefixed", { namePrefix: "web" });
    });
  type Graph = Awaited<ReturnType<typeof graph>>;
  const named = (resources: Graph, type: string, name: string) =>
    resources.find((one) => one.type === type && one.name === name)?.props ?? {};
  const policyOf = (resources: Graph, name: string): Document =>
    JSON.parse(String(named(resources, "aws:iam/rolePolicy:RolePolicy", name).policy)) as Document;

  it("refuses two subnets of one zone, of which one would never be used", async () => {
    const subnetIn = (name: string, availabilityZone: string) =>
      new aws.ec2.Subnet(name, { vpcId: "vpc-1", availabilityZone });
    const problemOf = (zones: readonly string[]): Promise<string> =>
      acceptedBy(() => {
        const subnets = zones.map((zone, index) => subnetIn(`data-${index}`, zone));
        const self = new pulumi.ComponentResource("test:index:Self", "self");
        return specsOf(self, [{ subnets, securityGroups: ["sg-1"] }]).apply((specs) =>
          Object.keys(specs[0]?.subnets ?? {}).join(" "),
        );
      });
    expect(await problemOf(["eu-central-1a", "eu-central-1b"])).to.equal(
      "accepted eu-central-1a eu-central-1b",
    );
    expect(await problemOf(["eu-central-1a", "eu-central-1a"])).to.equal(
      "interfaces[0].subnets: given two subnets in eu-central-1a; give one subnet for each zone; a second interface can be in the other one.",
    );
  });

  it("tags the record that the command status reads, like everything else", async () => {
    const resources = await graph({ tags: { team: "net" } });
    const { tags } = named(resources, "aws:ssm/parameter:Parameter", "data-hook");
    expect(tags).to.deep.equal({ team: "net" });
  });

  it("creates one function with a topic, a sweep, four alarms and a call at its end, and hooks for both groups", async () => {
    const resources = await graph();
    const ofType = (type: string): string[] =>
      resources.filter((one) => one.type === type).map(({ name }) => name);
    expect(ofType("aws:lambda/function:Function")).to.deep.equal(["data"]);
    expect(ofType("aws:sns/topic:Topic")).to.deep.equal(["data-actions"]);
    expect(ofType("aws:kms/key:Key")).to.deep.equal(["topics"]);
    expect(ofType("aws:cloudwatch/eventRule:EventRule")).to.deep.equal(["data-sweep"]);
    expect(ofType("aws:cloudwatch/metricAlarm:MetricAlarm")).to.have.members([
      "data-errors",
      "data-failures",
      "data-abandoned",
      "data-launch-loop",
    ]);
    const release = named(resources, "aws:lambda/invocation:Invocation", "data-release");
    expect(release.lifecycleScope).to.equal("CRUD");
    expect(ofType("aws:autoscaling/lifecycleHook:LifecycleHook")).to.have.members([
      "old-launch",
      "old-terminate",
    ]);
    const { initialLifecycleHooks } = named(resources, "aws:autoscaling/group:Group", "fleet");
    expect(initialLifecycleHooks).to.deep.equal([
      {
        name: "project-stack-data-launch",
        lifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
        defaultResult: "ABANDON",
        heartbeatTimeout: 300,
        notificationTargetArn: "arn:aws:sns:eu-central-1:123456789012:data-actions-0000001",
        roleArn: "arn:aws:iam:eu-central-1:123456789012:data-publisher-role-0000001",
      },
      {
        name: "project-stack-data-terminate",
        lifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
        defaultResult: "CONTINUE",
        heartbeatTimeout: 300,
        notificationTargetArn: "arn:aws:sns:eu-central-1:123456789012:data-actions-0000001",
        roleArn: "arn:aws:iam:eu-central-1:123456789012:data-publisher-role-0000001",
      },
    ]);
  });

  it("creates a rule for the events of its hooks instead of topic, key and publisher", async () => {
    const resources = await graph({ notify: "eventbridge" });
    const { eventPattern } = named(resources, "aws:cloudwatch/eventRule:EventRule", "data-actions");
    expect(JSON.parse(String(eventPattern))).to.deep.include({
      detail: {
        LifecycleHookName: ["project-stack-data-launch", "project-stack-data-terminate"],
      },
    });
    const types = new Set(resources.map(({ type }) => type));
    for (const absent of ["aws:sns/topic:Topic", "aws:kms/key:Key"])
      expect(types.has(absent)).to.equal(false);
    const hook = named(resources, "aws:autoscaling/lifecycleHook:LifecycleHook", "old-launch");
    expect([hook.notificationTargetArn, hook.roleArn]).to.deep.equal([undefined, undefined]);
  });

  it("may create interfaces only in the named subnets and groups, and change only its own", async () => {
    const resources = await graph();
    const { Statement } = policyOf(resources, "data-policy");
    const bySid = (sid: string) => Statement.find(({ Sid }) => Sid === sid);
    expect(bySid("CreateThere")?.Resource).to.deep.equal([
      "arn:aws:ec2:eu-central-1:123456789012:subnet/subnet-a",
      "arn:aws:ec2:eu-central-1:123456789012:subnet/subnet-b",
      "arn:aws:ec2:eu-central-1:123456789012:security-group/sg-1",
    ]);
    expect(bySid("HandleOwn")?.Condition).to.deep.equal({
      StringEquals: { "ec2:ResourceTag/aws-callbacks:hook": "project/stack/data" },
    });
    const actions = Statement.flatMap(({ Action }) => Action);
    expect(actions).not.to.include("ec2:DetachNetworkInterface");
    expect(actions).not.to.include("autoscaling:CompleteLifecycleAction");
  });

  it("may complete actions of its groups, and attach to their instances, with a policy for each", async () => {
    const resources = await graph({ onLoop: "alarm" });
    const arn = (group: string): string =>
      `arn:aws:autoscaling:eu-central-1:123456789012:autoScalingGroup:*:autoScalingGroupName/${group}`;
    const [answer, attach] = policyOf(resources, "old-rights").Statement;
    expect(answer.Resource).to.deep.equal([arn("legacy")]);
    expect(answer.Action).to.deep.equal([
      "autoscaling:CompleteLifecycleAction",
      "autoscaling:RecordLifecycleActionHeartbeat",
    ]);
    expect(attach.Condition).to.deep.equal({
      StringEquals: { "ec2:ResourceTag/aws:autoscaling:groupName": ["legacy"] },
    });
    const initial = policyOf(resources, "fleet-rights").Statement[0];
    expect(initial.Resource).to.deep.equal([arn("fleet-*")]);
    const byHand = policyOf(resources, "named-rights").Statement[0];
    expect(byHand.Resource).to.deep.equal([arn("by-hand")]);
    const prefixed = policyOf(resources, "prefixed-rights").Statement[0];
    expect(prefixed.Resource).to.deep.equal([arn("web*")]);
  });

  for (const [what, args, message] of [
    ["no interface", { interfaces: [] }, /interfaces: given 0 interfaces; list 1 to 15/],
    [
      "an Elastic Fabric Adapter",
      { interfaces: [{ ...ARGS.interfaces[0], interfaceType: "efa" }] },
      /interfaceType: given "efa"; only plain interfaces .* launch template/,
    ],
    [
      "a zone without the id of its subnet",
      {
        interfaces: [
          {
            subnets: { "eu-central-1a": undefined as unknown as string },
            securityGroups: ["sg-1"],
          },
        ],
      },
      /interfaces\[0\]\.subnets\.eu-central-1a: given undefined; give its id/,
    ],
    [
      "an empty id of a security group",
      { interfaces: [{ subnets: { "eu-central-1a": "subnet-a" }, securityGroups: [""] }] },
      /interfaces\[0\]\.securityGroups\[0\]: given ""; give its id/,
    ],
    [
      "a place twice",
      { interfaces: [{ ...ARGS.interfaces[0], deviceIndex: 2 }, ARGS.interfaces[0]] },
      /interfaces\[1\]\.deviceIndex: given 2; another interface has this device index; give each its own/,
    ],
    [
      "no security group",
      { interfaces: [{ ...ARGS.interfaces[0], securityGroups: [] }] },
      /interfaces\[0\]\.securityGroups: given none; at least one/,
    ],
    [
      "subnets without zones",
      { interfaces: [{ ...ARGS.interfaces[0], subnets: ["subnet-1"] as never }] },
      /interfaces\[0\]\.subnets: given a list; give aws\.ec2\.Subnet resources, or ids by zone/,
    ],
    [
      "the minute of the source",
      { heartbeatTimeout: 60 },
      /heartbeatTimeout: given 60; .* from 120/,
    ],
    [
      "a call that leaves no room for its retry",
      { heartbeatTimeout: 200, timeout: 150 },
      /timeout: given 150; allowed are 140 seconds with a heartbeatTimeout of 200/,
    ],
    ["a typing mistake", { notfy: "sns" } as never, /notfy/],
    [
      "a reserved tag",
      { interfaces: [{ ...ARGS.interfaces[0], tags: { "aws-callbacks:hook": "x" } }] },
      /tags: given "aws-callbacks:hook"/,
    ],
  ] as [string, Partial<EniLifecycleHookArgs>, RegExp][])
    it(`refuses ${what} in one sentence`, () => {
      mockPulumi();
      expect(() => new EniLifecycleHook("data", { ...ARGS, ...args })).to.throw(message);
    });

  it("has one key per provider for the topics, so that no two resources share a name", async () => {
    const resources = await componentGraph(() => {
      const provider = new aws.Provider("far", { region: "us-east-1" });
      new EniLifecycleHook("data", ARGS);
      new EniLifecycleHook("other", ARGS);
      new EniLifecycleHook("far-data", ARGS, { provider });
    });
    const keys = resources.filter(({ type }) => type === "aws:kms/key:Key");
    expect(keys.map(({ name }) => name)).to.deep.equal(["topics", "topics-far"]);
  });

  it("names its hooks without the dots of a project or stack name", () => {
    mockPulumi();
    pulumi.runtime.setMockOptions(pulumi.runtime.getMonitor(), "acme.shop", "v1.2");
    expect(hookName("data", "launching")).to.equal("acme_shop-v1_2-data-launch");
    mockPulumi();
  });

  it("refuses a group with a zone in which an interface has no subnet, naming both", async () => {
    mockPulumi();
    const hook = new EniLifecycleHook("data", ARGS);
    const availabilityZones = ["eu-central-1a", "eu-central-1c"];
    const hooks = hook.initialLifecycleHooks("fleet", { availabilityZones });
    expect(await messageOf(unwrap(hooks))).to.match(
      /interfaces\[0\]\.subnets: given subnets in eu-central-1a, eu-central-1b; .* eu-central-1c/,
    );
  });

  it("refuses a group whose creation times out before its hook, unless it does not wait", async () => {
    mockPulumi();
    const hook = new EniLifecycleHook("data", { ...ARGS, heartbeatTimeout: 900 });
    const hooks = (waitForCapacityTimeout: string) =>
      unwrap(hook.initialLifecycleHooks("fleet", { waitForCapacityTimeout }));
    expect(await messageOf(hooks("10m"))).to.match(/waitForCapacityTimeout: given '10m'; .* 900/);
    expect(await hooks("0")).to.have.length(2);
    expect(await hooks("15m")).to.have.length(2);
  });

  it("parses durations in Go's format", () => {
    const read = ["10m", "1h30m", "90s", "0", "0s", "1.5h", "soon", ""].map(secondsOf);
    expect(read).to.deep.equal([600, 5400, 90, 0, 0, 5400, undefined, undefined]);
    expect(waitProblem(undefined, 700)).to.match(/700 seconds/);
  });
});

async function messageOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "nothing was refused",
    (error: unknown) => (error as Error).message,
  );
}
