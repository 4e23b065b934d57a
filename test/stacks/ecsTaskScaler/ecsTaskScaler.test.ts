import {
  ApplicationAutoScalingClient,
  DeregisterScalableTargetCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import {
  CloudWatchClient,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
} from "@aws-sdk/client-cloudwatch";
import { ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { deniedCalls } from "../../../localcloud/testing";
import { ScalingProgram } from "./scalingProgram";

/** Load that the tasks share: 240 is 2.4 times the capacity of one task. */
const shared = (percent: number) => (running: number) => percent / Math.max(1, running);

/** The tests run in sequence on one stack: each ends with one task and almost no load. */
describe("an EcsTaskScaler on the local cloud", function () {
  this.timeout(300_000);
  let web: ScalingProgram;
  before(async () => {
    web = await ScalingProgram.start({ STEPS: "yes" });
    web.load(40);
    await web.minutes(4);
  });
  after(() => web?.close());

  async function comeToRest(): Promise<void> {
    web.load(1);
    for (let round = 0; round < 8 && (await web.desired()) !== 1; round += 1) await web.minutes(6);
    web.load(40);
    await web.minutes(8);
    expect([await web.desired(), await web.tick()]).to.deep.equal([1, "DISABLED"]);
  }

  it("adds step by step while its alarm stays in ALARM, removes after the cooldown, and stops running", async () => {
    web.load(shared(240));
    const climbed = new Set<number | undefined>();
    for (let minute = 0; minute < 14; minute += 1) {
      await web.minutes(1);
      climbed.add(await web.desired());
      // Half way no alarm changes.
      if ((await web.desired()) === 2) expect(await web.alarm("cpu-high")).to.equal("ALARM");
    }
    expect([...climbed]).to.deep.equal([1, 2, 3, 4].slice(climbed.has(1) ? 0 : 1));
    expect([await web.alarm("cpu-high"), await web.tick()]).to.deep.equal(["OK", "DISABLED"]);
    web.load(shared(60));
    await web.minutes(20);
    expect(await web.desired()).to.be.at.most(3);
    await comeToRest();
    const decisions = await web.decisions();
    const falls = decisions.filter(({ outcome, from, to }) => outcome === "changed" && to < from);
    falls.slice(1).forEach(({ at }, index) => expect(at - falls[index].at).to.be.at.least(300_000));
    expect(deniedCalls(web.cloud)).to.deep.equal([]);
  });

  it("pins its count, so that the next update is an empty diff, even while it acts", async () => {
    web.load(shared(240));
    await web.minutes(6);
    const desired = await web.desired();
    expect(desired).to.be.greaterThan(1);
    expect(await web.pin()).to.equal(String(desired));
    expect(await web.tick()).to.equal("ENABLED");
    await web.expectEmptyDiff();
    expect([await web.desired(), await web.tick()]).to.deep.equal([desired, "ENABLED"]);
    await comeToRest();
  });

  it("causes at most two calls a day for a low alarm at min, and for a high one at max", async () => {
    web.load(5);
    expect(await web.evaluationsOfDay()).to.be.at.most(2);
    expect(await web.alarm("cpu-low")).to.equal("ALARM");
    web.load(95);
    expect(await web.evaluationsOfDay()).to.be.at.most(2);
    expect([await web.desired(), await web.alarm("cpu-high")]).to.deep.equal([6, "ALARM"]);
    await comeToRest();
  });

  it("runs rarely while rounding keeps the count under a low alarm, and follows a load that falls further", async () => {
    web.load(shared(120));
    await web.minutes(6);
    expect(await web.desired()).to.equal(2);
    // One task at half its load is 1.12 tasks.
    web.load(28);
    const after = web.cloud.recorder.last;
    expect(await web.evaluationsOfDay(1)).to.be.within(1, 12 + 1);
    expect(await web.desired()).to.equal(2);
    const since = web.cloud.clock.now();
    web.load(20);
    await web.minutes(8);
    expect(await web.desired()).to.equal(1);
    const woken = (await web.decisions()).filter(({ at }) => at >= since).map((one) => one.woken);
    expect(woken.join()).not.to.contain("alarm");
    expect(web.writes(after, "UpdateService")).to.have.length(1);
    await comeToRest();
  });

  it("keeps being called after a late tick made a change and its rule had been disabled", async () => {
    const cloudwatch = web.program.client(CloudWatchClient);
    const AlarmNames = ["scaling-dev-web-cpu-high"];
    // Only the tick shows the load.
    await cloudwatch.send(new DisableAlarmActionsCommand({ AlarmNames }));
    web.load(shared(240));
    await web.minutes(3);
    expect([await web.desired(), await web.tick()]).to.deep.equal([1, "DISABLED"]);
    await web.wake({ wake: "tick" });
    expect([await web.desired(), await web.tick()]).to.deep.equal([2, "ENABLED"]);
    await cloudwatch.send(new EnableAlarmActionsCommand({ AlarmNames }));
    await comeToRest();
  });

  it("acts on one period once, however often, late and in whatever order its events arrive", async () => {
    web.load(90);
    await web.minutes(2);
    const { length } = await web.decisions();
    const after = web.cloud.recorder.last;
    const desired = (await web.desired()) ?? 0;
    await web.toMinute();
    const ten = Array.from({ length: 10 }, (_value, n) =>
      web.wake(n % 2 === 0 ? { wake: "tick" } : { alarmData: { alarmName: "any" } }),
    );
    const answers = await Promise.all(ten);
    for (const answer of answers) expect(answer).not.to.contain("Error");
    expect((await web.decisions()).length).to.be.greaterThan(length);
    const updates = web.writes(after, "UpdateService");
    expect(updates.length).to.be.at.most(1);
    expect(await web.desired()).to.equal(desired + updates.length);
    await comeToRest();
  });

  it("adds during a deployment, and removes only after it", async () => {
    web.load(shared(240));
    await web.minutes(14);
    const high = await web.desired();
    expect(high).to.equal(4);
    // New tasks that never start: the deployment stays under way.
    const service = { cluster: web.output("clusterName"), service: web.output("serviceName") };
    web.cloud.capacity({ cluster: service.cluster, tasks: 4 });
    const ecs = web.program.client(ECSClient);
    await ecs.send(new UpdateServiceCommand({ ...service, forceNewDeployment: true }));
    web.load(5);
    await web.minutes(10);
    expect(await web.desired()).to.equal(4);
    expect((await web.decisions()).at(-1)?.why).to.contain("a deployment is under way (ROLLING");
    web.load(95);
    await web.minutes(4);
    expect(await web.desired()).to.be.greaterThan(4);
    web.cloud.capacity({ cluster: service.cluster, tasks: null });
    await web.minutes(10);
    await comeToRest();
  });

  it("stops at the available capacity and alarms, instead of requesting more and more", async () => {
    web.cloud.capacity({ cluster: web.output("clusterName"), tasks: 2 });
    web.load(95);
    await web.minutes(20);
    expect(await web.desired()).to.be.within(2, 4);
    expect(await web.alarm("no-capacity")).to.equal("ALARM");
    expect((await web.decisions()).at(-1)?.why).to.contain("no task has started for 300 s");
    web.cloud.capacity({ cluster: web.output("clusterName"), tasks: null });
    await web.minutes(10);
    expect(await web.desired()).to.equal(6);
    await comeToRest();
    expect(await web.alarm("no-capacity")).to.equal("OK");
  });

  it("changes nothing while Application Auto Scaling scales the service, and says how to fix that", async () => {
    const target = {
      ServiceNamespace: "ecs" as const,
      ScalableDimension: "ecs:service:DesiredCount" as const,
      ResourceId: `service/${web.output("clusterName")}/${web.output("serviceName")}`,
    };
    const client = web.program.client(ApplicationAutoScalingClient);
    await client.send(
      new RegisterScalableTargetCommand({ ...target, MinCapacity: 1, MaxCapacity: 9 }),
    );
    web.load(95);
    await web.toMinute();
    await web.minutes(2);
    const answer = await web.wake();
    expect(answer).to.contain("is registered with Application Auto Scaling");
    expect(answer).to.contain("aws application-autoscaling deregister-scalable-target");
    expect(await web.desired()).to.equal(1);
    await client.send(new DeregisterScalableTargetCommand(target));
    await web.minutes(4);
    expect(await web.desired()).to.be.greaterThan(1);
    await comeToRest();
  });

  it("removes nothing when its metric is missing, and reports that", async () => {
    web.load(shared(240));
    await web.minutes(14);
    web.load(null);
    await web.minutes(25);
    expect(await web.desired()).to.equal(4);
    expect(await web.alarm("cpu-gone")).to.equal("ALARM");
    await comeToRest();
    expect(await web.alarm("cpu-gone")).to.equal("OK");
  });

  it("follows a new maximum of the program, even if its alarm stays in ALARM", async () => {
    web.load(95);
    await web.minutes(24);
    expect([await web.desired(), await web.tick()]).to.deep.equal([6, "DISABLED"]);
    await web.up({ STEPS: "yes", MAX: "8" });
    await web.minutes(12);
    expect(await web.desired()).to.equal(8);
    await web.expectEmptyDiff();
    await web.up({ STEPS: "yes", MAX: "5" });
    expect(await web.desired()).to.equal(5);
    await web.expectEmptyDiff();
    await web.up({ STEPS: "yes" });
    await comeToRest();
  });
});
