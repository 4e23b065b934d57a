import {
  AutoScalingClient,
  DeleteAutoScalingGroupCommand,
  DeleteLifecycleHookCommand,
  DescribeLifecycleHooksCommand,
  PutLifecycleHookCommand,
  RecordLifecycleActionHeartbeatCommand,
} from "@aws-sdk/client-auto-scaling";
import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { expectAwsError } from "../../support/expectAwsError";
import { roleSession } from "../../support/roleSession";
import { connection } from "../ec2/ec2Cloud";
import { NAME } from "./groupsCloud";
import { HooksCloud, LAUNCH_HOOK, TERMINATE_HOOK } from "./hooksCloud";

const LAUNCH = "EC2 Instance-launch Lifecycle Action";
const TERMINATE = "EC2 Instance-terminate Lifecycle Action";

describe("Auto Scaling lifecycle hooks", () => {
  let c: HooksCloud;
  before(async () => (c = await HooksCloud.start()));
  afterEach(() => c.clear());
  after(() => c.stop());

  /** Creates a group whose only instance waits for the launch hook. */
  async function waitingLaunch(more: object = {}): Promise<string> {
    await c.groups.create({
      DesiredCapacity: 1,
      LifecycleHookSpecificationList: [{ ...LAUNCH_HOOK, ...more }],
    });
    await c.seconds(61);
    return (await c.groups.ids())[0];
  }

  it("make the first instances of a group wait until the action is completed by its token", async () => {
    const id = await waitingLaunch({ NotificationMetadata: '{"a":1}' });
    expect(await c.groups.states()).to.deep.equal(["Pending:Wait"]);
    expect(await c.activities()).to.deep.equal([["MidLifecycleAction", undefined]]);
    const [{ type, detail }, ...others] = await c.actions();
    expect(others).to.deep.equal([]);
    const { LifecycleActionToken, ...rest } = detail;
    expect(type).to.equal(LAUNCH);
    expect(LifecycleActionToken).to.have.length(36);
    expect(rest).to.deep.equal({
      AutoScalingGroupName: "web",
      LifecycleHookName: "attach",
      EC2InstanceId: id,
      LifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
      NotificationMetadata: '{"a":1}',
      Origin: "EC2",
      Destination: "AutoScalingGroup",
    });
    await c.complete("attach", { LifecycleActionToken });
    expect(await c.groups.states()).to.deep.equal(["Pending:Proceed"]);
    await c.seconds(1);
    expect(await c.groups.states()).to.deep.equal(["InService"]);
    expect(await c.activities()).to.deep.equal([["Successful", undefined]]);
  });

  it("refuse an action that is completed, unknown or unnamed", async () => {
    const InstanceId = await waitingLaunch();
    await expectAwsError(
      c.complete("other", { InstanceId }),
      "ValidationError",
      `No active Lifecycle Action found with instance ID ${InstanceId}`,
    );
    await expectAwsError(
      c.complete("attach", { LifecycleActionToken: "4b5c1b0e-1f0e-4e0e-9b0e-000000000000" }),
      "ValidationError",
      "No active Lifecycle Action found with token 4b5c1b0e-1f0e-4e0e-9b0e-000000000000",
    );
    await expectAwsError(c.complete("attach", { InstanceId }, "MAYBE"), "ValidationError");
    await c.complete("attach", { InstanceId });
    await expectAwsError(
      c.complete("attach", { InstanceId }),
      "ValidationError",
      `No active Lifecycle Action found with instance ID ${InstanceId}`,
    );
  });

  it("replace an instance whose launch is abandoned, and wait a minute when it happens again", async () => {
    const InstanceId = await waitingLaunch();
    await c.complete("attach", { InstanceId }, "ABANDON");
    const [[, cause]] = (await c.activities()).slice(1);
    expect(cause).to.match(
      /^Instance failed to complete user's Lifecycle Action: Lifecycle Action with token \S+ was abandoned: Lifecycle Action Completed with ABANDON Result$/,
    );
    await c.seconds(62);
    const [second, ...others] = await c.groups.ids();
    expect([others, await c.groups.states()]).to.deep.equal([[], ["Pending:Wait"]]);
    expect(second).to.not.equal(InstanceId);
    // Nothing completes the second one: its timeout abandons it.
    await c.seconds(60);
    const found = await c.activities();
    expect(found.map(([code]) => code)).to.deep.equal([
      "InProgress",
      "Cancelled",
      "Successful",
      "Cancelled",
    ]);
    expect(found[1][1]).to.match(/was abandoned: Heartbeat Timeout$/);
    await c.seconds(50);
    expect(await c.groups.ids()).to.deep.equal([]);
    await c.seconds(12);
    expect(await c.groups.states()).to.deep.equal(["Pending"]);
  });

  it("wait while heartbeats come, at most a hundred timeouts, and then use the hook's default result", async () => {
    const InstanceId = await waitingLaunch({ HeartbeatTimeout: 30, DefaultResult: "CONTINUE" });
    const { LifecycleHooks = [] } = await c.client.send(new DescribeLifecycleHooksCommand(NAME));
    expect(LifecycleHooks[0].GlobalTimeout).to.equal(3000);
    const heartbeat = () =>
      c.client.send(
        new RecordLifecycleActionHeartbeatCommand({
          ...NAME,
          LifecycleHookName: "attach",
          InstanceId,
        }),
      );
    for (let count = 0; count < 119; count++) {
      await c.seconds(25);
      await heartbeat();
    }
    expect(await c.groups.states()).to.deep.equal(["Pending:Wait"]);
    await c.seconds(26);
    expect(await c.groups.states()).to.deep.equal(["InService"]);
    await expectAwsError(heartbeat(), "ValidationError");
  });

  it("terminate an instance only after its action is complete, whatever the result", async () => {
    await c.groups.create({ DesiredCapacity: 2 });
    await c.putHook(TERMINATE_HOOK);
    await c.seconds(61);
    await c.groups.setDesired(0);
    await c.seconds(1);
    expect(await c.groups.states()).to.deep.equal(["Terminating:Wait", "Terminating:Wait"]);
    const actions = await c.actions();
    expect(actions.map(({ type }) => type)).to.deep.equal([TERMINATE, TERMINATE]);
    expect(actions[0].detail).to.deep.include({
      Origin: "AutoScalingGroup",
      Destination: "EC2",
      LifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
    });
    const [first, second] = await c.groups.ids();
    await c.complete("drain", { InstanceId: first });
    expect(await c.groups.states()).to.deep.equal(["Terminating:Proceed", "Terminating:Wait"]);
    await c.complete("drain", { InstanceId: second }, "ABANDON");
    await c.seconds(30);
    expect(await c.groups.ids()).to.deep.equal([]);
  });

  it("keep an instance in the group that EC2 has already terminated", async () => {
    await c.groups.create({ DesiredCapacity: 1, LifecycleHookSpecificationList: [TERMINATE_HOOK] });
    await c.seconds(61);
    const InstanceIds = await c.groups.ids();
    await c.groups.ec2.client.send(new TerminateInstancesCommand({ InstanceIds }));
    await c.seconds(30);
    expect(await c.groups.states()).to.deep.equal(["Terminating:Wait", "Pending"]);
    await c.complete("drain", { InstanceId: InstanceIds[0] });
    expect(await c.groups.ids()).to.not.include(InstanceIds[0]);
  });

  it("wait for all hooks of a transition, unless one of them abandons it", async () => {
    await c.groups.create({
      DesiredCapacity: 1,
      LifecycleHookSpecificationList: [
        LAUNCH_HOOK,
        { ...LAUNCH_HOOK, LifecycleHookName: "register" },
      ],
    });
    await c.seconds(61);
    const [InstanceId] = await c.groups.ids();
    expect(await c.actions()).to.have.length(2);
    await c.complete("attach", { InstanceId });
    expect(await c.groups.states()).to.deep.equal(["Pending:Wait"]);
    await c.complete("register", { InstanceId }, "ABANDON");
    expect(await c.groups.states()).to.deep.equal(["Terminating"]);
  });

  it("release waiting instances when they are deleted", async () => {
    const id = await waitingLaunch();
    await c.client.send(new DeleteLifecycleHookCommand({ ...NAME, LifecycleHookName: "attach" }));
    expect(await c.groups.states()).to.deep.equal(["Terminating"]);
    await c.seconds(62);
    expect(await c.groups.states()).to.deep.equal(["InService"]);
    expect(await c.groups.ids()).to.not.include(id);
  });

  it("delay nothing in a group that is deleted by force", async () => {
    await c.groups.create({
      DesiredCapacity: 2,
      LifecycleHookSpecificationList: [LAUNCH_HOOK, TERMINATE_HOOK],
    });
    await c.seconds(61);
    const [InstanceId] = await c.groups.ids();
    await c.complete("attach", { InstanceId }, "ABANDON");
    expect(await c.groups.states()).to.deep.equal(["Terminating:Wait", "Pending:Wait"]);
    await c.client.send(new DeleteAutoScalingGroupCommand({ ...NAME, ForceDelete: true }));
    await c.seconds(5);
    expect(await c.groups.group()).to.equal(undefined);
  });

  it("notify a topic with their role, after a test message", async () => {
    const topic = await c.createTopic("hooks");
    const RoleARN = await c.createRole("publisher", [
      { Effect: "Allow", Action: "sns:Publish", Resource: topic },
    ]);
    const id = await waitingLaunch({ NotificationTargetARN: topic, RoleARN });
    const messages = await c.received("hooks");
    const [test, launch] = messages.map(({ Message, Subject }) => ({
      Subject,
      ...(JSON.parse(String(Message)) as object),
    }));
    expect(test).to.deep.include({
      Event: "autoscaling:TEST_NOTIFICATION",
      AutoScalingGroupName: "web",
      Service: "AWS Auto Scaling",
    });
    expect(test).to.not.have.any.keys("LifecycleActionToken", "EC2InstanceId");
    expect(launch).to.deep.include({
      Subject: `Auto Scaling:  Lifecycle action 'LAUNCHING' for instance ${id} in progress.`,
      LifecycleHookName: "attach",
      EC2InstanceId: id,
      Origin: "EC2",
      Destination: "AutoScalingGroup",
    });
  });

  it("notify a queue, and nothing when the target is removed", async () => {
    const queue = await c.createQueue("lifecycle");
    const RoleARN = await c.createRole("sender", [
      { Effect: "Allow", Action: "sqs:SendMessage", Resource: queue },
    ]);
    await c.groups.create({ DesiredCapacity: 1 });
    await c.putHook({ ...LAUNCH_HOOK, NotificationTargetARN: queue, RoleARN });
    await c.seconds(61);
    expect(
      (await c.received("lifecycle")).map(({ EC2InstanceId }) => EC2InstanceId),
    ).to.have.deep.members([undefined, (await c.groups.ids())[0]]);
    await c.putHook({ LifecycleHookName: "attach", NotificationTargetARN: "" });
    await c.groups.setDesired(2);
    await c.seconds(61);
    expect(await c.received("lifecycle")).to.deep.equal([]);
  });

  it("are refused until the role can be assumed and may publish", async () => {
    const topic = await c.createTopic("refused");
    await c.groups.create();
    const refused = async (role: string) =>
      expectAwsError(
        c.putHook({ ...LAUNCH_HOOK, NotificationTargetARN: topic, RoleARN: role }),
        "ValidationError",
        `Unable to publish test message to notification target ${topic} using IAM role ${role}. ` +
          "Please check your target and role configuration and try to put lifecycle hook again.",
      );
    await refused(await c.createRole("mute", []));
    const allow = [{ Effect: "Allow", Action: "sns:Publish", Resource: topic }];
    await refused(await c.createRole("foreign", allow, "lambda"));
    await refused(`arn:aws:iam::${c.groups.ec2.cloud.accountId}:role/none`);
    const { LifecycleHooks } = await c.client.send(new DescribeLifecycleHooksCommand(NAME));
    expect(LifecycleHooks).to.deep.equal([]);
    const create = c.groups.create({
      AutoScalingGroupName: "other",
      LifecycleHookSpecificationList: [
        { ...LAUNCH_HOOK, NotificationTargetARN: topic, RoleARN: "arn:aws:iam::1:role/x" },
      ],
    });
    await expectAwsError(create, "ValidationError");
    expect(await c.groups.group("other")).to.equal(undefined);
  });

  it("refuse invalid times, transitions, results and targets", async () => {
    await c.groups.create();
    for (const wrong of [
      { HeartbeatTimeout: 29 },
      { HeartbeatTimeout: 7201 },
      { LifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCH" },
      { LifecycleTransition: undefined },
      { DefaultResult: "STOP" },
      { NotificationTargetARN: "arn:aws:s3:::bucket" },
    ])
      await expectAwsError(c.putHook({ ...LAUNCH_HOOK, ...wrong }), "ValidationError");
    const NotificationTargetARN = "arn:aws:lambda:us-east-1:123456789012:function:hook";
    await expectAwsError(c.putHook({ ...LAUNCH_HOOK, NotificationTargetARN }), "NotImplemented");
  });

  it("can be completed by callers with permission for the group, and put by callers that may pass the role", async () => {
    const InstanceId = await waitingLaunch();
    const arn = "arn:aws:autoscaling:*:*:autoScalingGroup:*:autoScalingGroupName/";
    const credentials = await roleSession(c.groups.ec2.cloud, "handler", [
      { Effect: "Allow", Action: "autoscaling:*", Resource: `${arn}web` },
    ]);
    const settings = { ...connection(c.groups.ec2.cloud), credentials };
    const handler = new AutoScalingClient(settings);
    const heartbeat = (AutoScalingGroupName: string) =>
      handler.send(
        new RecordLifecycleActionHeartbeatCommand({
          AutoScalingGroupName,
          LifecycleHookName: "attach",
          InstanceId,
        }),
      );
    await heartbeat("web");
    await expectAwsError(heartbeat("other"), "AccessDenied");
    const RoleARN = await c.createRole("passed", []);
    await expectAwsError(
      handler.send(new PutLifecycleHookCommand({ ...NAME, ...LAUNCH_HOOK, RoleARN })),
      "AccessDenied",
    );
    handler.destroy();
  });
});
