import {
  AttachInstancesCommand,
  CancelInstanceRefreshCommand,
  DescribeInstanceRefreshesCommand,
  DetachInstancesCommand,
  EnterStandbyCommand,
  ExitStandbyCommand,
  type InstanceRefresh,
  SetInstanceHealthCommand,
  StartInstanceRefreshCommand,
  type StartInstanceRefreshCommandInput,
  TerminateInstanceInAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { StopInstancesCommand } from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { expectAwsError } from "../../support/expectAwsError";
import { NAME } from "./groupsCloud";
import { HooksCloud, TERMINATE_HOOK } from "./hooksCloud";

describe("Instances of Auto Scaling groups", () => {
  let c: HooksCloud;
  before(async () => (c = await HooksCloud.start()));
  afterEach(() => c.clear());
  after(() => c.stop());

  async function inService(count: number, more: object = {}): Promise<string[]> {
    await c.groups.create({ DesiredCapacity: count, HealthCheckGracePeriod: 0, ...more });
    await c.seconds(61);
    return c.groups.ids();
  }

  const decrement = { ShouldDecrementDesiredCapacity: true };

  it("enter and leave standby, with or without replacements", async () => {
    const [first, second] = await inService(2);
    const enter = (id: string, more: object) =>
      c.client.send(
        new EnterStandbyCommand({
          ...NAME,
          InstanceIds: [id],
          ShouldDecrementDesiredCapacity: false,
          ...more,
        }),
      );
    const { Activities = [] } = await enter(first, decrement);
    expect(Activities[0].Description).to.equal(`Moving EC2 instance to Standby: ${first}`);
    await c.seconds(5);
    expect(await c.groups.states()).to.deep.equal(["Standby", "InService"]);
    await expectAwsError(enter(first, {}), "ValidationError");
    await c.client.send(new ExitStandbyCommand({ ...NAME, InstanceIds: [first] }));
    expect((await c.groups.group())?.DesiredCapacity).to.equal(2);
    await enter(second, {});
    await c.seconds(62);
    expect(await c.groups.states()).to.deep.equal(["InService", "Standby", "InService"]);
  });

  it("are attached and detached without hooks", async () => {
    const [id] = await inService(1, { LifecycleHookSpecificationList: [TERMINATE_HOOK] });
    const attach = () => c.client.send(new AttachInstancesCommand({ ...NAME, InstanceIds: [id] }));
    await expectAwsError(attach(), "ValidationError");
    await c.client.send(new DetachInstancesCommand({ ...NAME, InstanceIds: [id], ...decrement }));
    expect(await c.groups.ids()).to.deep.equal([]);
    await attach();
    expect(await c.groups.states()).to.deep.equal(["InService"]);
    expect((await c.groups.group())?.DesiredCapacity).to.equal(1);
  });

  it("are replaced when they are set unhealthy or stopped", async () => {
    const [first, second] = await inService(2);
    await c.client.send(
      new SetInstanceHealthCommand({ InstanceId: first, HealthStatus: "Unhealthy" }),
    );
    await c.groups.ec2.client.send(new StopInstancesCommand({ InstanceIds: [second] }));
    await c.seconds(70);
    expect(await c.groups.states()).to.deep.equal(["InService", "InService"]);
    expect(await c.groups.ids()).to.not.include.members([first]);
    expect(await c.groups.ids()).to.not.include.members([second]);
  });

  it("are retained when their termination is abandoned and the group's policy retains them, until they are terminated", async () => {
    const [InstanceId] = await inService(1, {
      LifecycleHookSpecificationList: [TERMINATE_HOOK],
      InstanceLifecyclePolicy: { RetentionTriggers: { TerminateHookAbandon: "retain" } },
    });
    await c.groups.setDesired(0);
    await c.seconds(61);
    expect(await c.groups.states()).to.deep.equal(["Terminating:Retained"]);
    const { Activity } = await c.client.send(
      new TerminateInstanceInAutoScalingGroupCommand({ InstanceId, ...decrement }),
    );
    expect(Activity?.StatusCode).to.equal("InProgress");
    await c.seconds(5);
    expect(await c.groups.ids()).to.deep.equal([]);
  });

  async function start(Preferences: StartInstanceRefreshCommandInput["Preferences"]) {
    const request = new StartInstanceRefreshCommand({ ...NAME, Preferences });
    return (await c.client.send(request)).InstanceRefreshId;
  }

  async function latest(): Promise<InstanceRefresh> {
    const { InstanceRefreshes = [] } = await c.client.send(
      new DescribeInstanceRefreshesCommand(NAME),
    );
    return InstanceRefreshes[0];
  }

  it("are refreshed half at a time, and count once they have warmed up", async () => {
    const before = await inService(4);
    const id = await start({ MinHealthyPercentage: 50, InstanceWarmup: 30 });
    await expectAwsError(start({}), "InstanceRefreshInProgressFault");
    await c.seconds(2);
    const states = await c.groups.states();
    expect(states.filter((state) => state === "InService")).to.have.length(2);
    expect(await latest()).to.deep.include({ InstanceRefreshId: id, Status: "InProgress" });
    // The next two are replaced only when the first two have booted and warmed up.
    await c.seconds(85);
    expect(await latest()).to.deep.include({ PercentageComplete: 50, InstancesToUpdate: 2 });
    await c.seconds(110);
    expect(await latest()).to.deep.include({ Status: "Successful", PercentageComplete: 100 });
    const after = await c.groups.ids();
    expect(after).to.have.length(4);
    for (const one of before) expect(after).to.not.include(one);
  });

  it("are refreshed through the hooks of their termination: replacements start while they wait", async () => {
    const hooks = {
      LifecycleHookSpecificationList: [{ ...TERMINATE_HOOK, HeartbeatTimeout: 600 }],
    };
    const [first = "", second = ""] = await inService(2, hooks);
    await start({ MinHealthyPercentage: 50 });
    await c.seconds(62);
    const waiting = ["InService", "InService", "Terminating:Wait"];
    expect((await c.groups.states()).sort()).to.deep.equal(waiting);
    // The next one follows when the replacement is in service, whether or not the first one has ended.
    await c.seconds(62);
    expect((await c.groups.states()).sort()).to.deep.equal([...waiting, "Terminating:Wait"]);
    await c.complete("drain", { InstanceId: first });
    await c.complete("drain", { InstanceId: second });
    await c.seconds(5);
    expect(await c.groups.states()).to.deep.equal(["InService", "InService"]);
    expect(await latest()).to.deep.include({ Status: "Successful", PercentageComplete: 100 });
  });

  it("are refreshed a tenth at a time by default: the minimum of healthy ones is rounded up", async () => {
    await inService(20, { MaxSize: 20 });
    await start({});
    await c.seconds(2);
    const left = (await c.groups.states()).filter((state) => state === "InService");
    expect(left).to.have.length(18);
  });

  it("are refreshed at least one at a time, and make a refresh wait while they are protected until it is cancelled", async () => {
    const [first] = await inService(1, { NewInstancesProtectedFromScaleIn: true });
    await start({ MinHealthyPercentage: 100 });
    await c.seconds(300);
    expect(await c.groups.ids()).to.deep.equal([first]);
    const cancel = () => c.client.send(new CancelInstanceRefreshCommand(NAME));
    await cancel();
    expect(await latest()).to.deep.include({ Status: "Cancelled", PercentageComplete: 0 });
    await expectAwsError(cancel(), "ActiveInstanceRefreshNotFoundFault");
  });

  it("receive a notice before Spot interrupts them, and terminate two minutes later", async () => {
    await c.groups.ec2.launchTemplate("spot", { InstanceMarketOptions: { MarketType: "spot" } });
    const [instance] = await inService(1, { LaunchTemplate: { LaunchTemplateName: "spot" } });
    const { cloud } = c.groups.ec2;
    cloud.set("spot", { instance, notice: "rebalance" });
    cloud.set("spot", { instance, notice: "interruption" });
    await c.seconds(1);
    const events = (await c.received("events")).map((event) => [
      event["detail-type"],
      (event.detail as { "instance-action"?: string })["instance-action"],
    ]);
    expect(events).to.deep.include.members([
      ["EC2 Instance Rebalance Recommendation", undefined],
      ["EC2 Spot Instance Interruption Warning", "terminate"],
    ]);
    await c.seconds(110);
    expect(await c.groups.states()).to.deep.equal(["InService"]);
    await c.seconds(12);
    expect(await c.groups.ids()).to.not.include(instance);
    expect(() => cloud.set("spot", { instance: "i-0", notice: "rebalance" })).to.throw(
      "There is no Spot instance 'i-0' in us-east-1",
    );
  });
});
