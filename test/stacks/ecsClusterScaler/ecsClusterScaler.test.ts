import {
  AutoScalingClient,
  ResumeProcessesCommand,
  SuspendProcessesCommand,
} from "@aws-sdk/client-auto-scaling";
import { CreateCapacityProviderCommand, DeleteCapacityProviderCommand } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { deniedCalls } from "../../../localcloud/testing";
import { ClusterProgram } from "./clusterProgram";

/** Minutes that a task may wait for room. */
const AIM = 5;

/** The tests run in sequence on one stack; each task takes half an instance. */
describe("an EcsClusterScaler on the local cloud", function () {
  this.timeout(280_000);
  let nodes: ClusterProgram;
  before(async () => {
    nodes = await ClusterProgram.start({ MIN: "1" });
    await nodes.minutes(5);
  });
  after(() => nodes?.close());

  it("adds instances for waiting tasks, after a step and a burst, in time for all of them", async () => {
    expect((await nodes.instances()).length).to.equal(1);
    await nodes.want(5);
    const step = await nodes.minutesUntilRunning(5);
    await nodes.want(12);
    const burst = await nodes.minutesUntilRunning(12);
    console.log(`      longest wait: step ${step.toFixed(1)} min, burst ${burst.toFixed(1)} min`);
    expect(Math.max(step, burst)).to.be.at.most(AIM);
    expect([await nodes.running(), await nodes.desired()]).to.deep.equal([12, 6]);
    const changed = (await nodes.decisions()).filter(({ outcome }) => outcome === "changed");
    expect(changed.map(({ why }) => why).join()).to.contain("tasks wait for a place");
    expect(deniedCalls(nodes.cloud)).to.deep.equal([]);
  });

  it("drains unneeded instances before they end: no service's task stops with its instance", async () => {
    await nodes.want(4);
    let fewest = Infinity;
    for (let step = 0; step < 30; step += 1) {
      await nodes.cloud.clock.advance(30_000);
      fewest = Math.min(fewest, await nodes.running());
    }
    await nodes.comeToRest(2);
    expect(fewest).to.equal(4);
    expect(await nodes.killed()).to.deep.equal([]);
    expect([await nodes.desired(), await nodes.running()]).to.deep.equal([2, 4]);
  });

  it("waits for a RunTask task on an instance that it drains", async () => {
    await nodes.want(6);
    await nodes.minutesUntilRunning(6);
    await nodes.want(5);
    await nodes.minutes(1);
    const job = await nodes.startJob();
    await nodes.want(2);
    await nodes.minutes(9);
    const left = (await nodes.instances()).map(({ containerInstanceArn }) => containerInstanceArn);
    expect(left).to.include(job.containerInstanceArn);
    await nodes.stopJob(job);
    await nodes.comeToRest(1);
    expect(await nodes.killed()).to.deep.equal([]);
  });

  it("requests no more when instances do not start, alarms, and continues when they do", async () => {
    const group = { AutoScalingGroupName: nodes.output("groupName") };
    const autoScaling = nodes.program.client(AutoScalingClient);
    const launch = { ...group, ScalingProcesses: ["Launch"] };
    await autoScaling.send(new SuspendProcessesCommand(launch));
    await nodes.want(6);
    await nodes.minutes(12);
    expect(await nodes.desired()).to.equal(3);
    expect(await nodes.hasAlarmed("no-capacity")).to.equal(true);
    await nodes.want(12);
    await nodes.minutes(4);
    expect(await nodes.desired()).to.equal(3);
    expect((await nodes.decisions()).at(-1)?.why).to.contain("no instance has started for 300 s");
    await autoScaling.send(new ResumeProcessesCommand(launch));
    expect(await nodes.minutesUntilRunning(12)).to.be.lessThan(10);
    expect(await nodes.desired()).to.equal(6);
  });

  it("replaces instances of an old launch template after a temporary higher count, and stops no task", async () => {
    await nodes.want(4);
    await nodes.comeToRest(2);
    const before = await nodes.ids();
    await nodes.renewTemplate();
    expect(await nodes.scale("nodes 4 --for 6m")).to.contain("goes from 2 to 4");
    let fewest = Infinity;
    for (let step = 0; step < 60 && `${await nodes.templateVersions()}` !== "2,2"; step += 1) {
      await nodes.minutes(0.5);
      fewest = Math.min(fewest, await nodes.running());
    }
    await nodes.comeToRest(2);
    expect([fewest, await nodes.running(), await nodes.desired()]).to.deep.equal([4, 4, 2]);
    expect(await nodes.templateVersions()).to.deep.equal(["2", "2"]);
    expect((await nodes.ids()).filter((id) => before.includes(id))).to.deep.equal([]);
    expect(await nodes.killed()).to.deep.equal([]);
  });

  it("makes one change for events that arrive at once", async () => {
    await nodes.want(4);
    await nodes.comeToRest(2);
    const after = nodes.cloud.recorder.last;
    await nodes.want(8);
    await nodes.cloud.clock.advance(2_000);
    const five = Array.from({ length: 5 }, () => nodes.wake({ wake: "service" }));
    for (const answer of await Promise.all(five)) expect(answer).not.to.contain("Error");
    const sets = nodes.calls(after).filter(({ operation }) => operation === "SetDesiredCapacity");
    expect(sets).to.have.length(1);
    expect(await nodes.desired()).to.equal(4);
    await nodes.minutesUntilRunning(8);
  });

  it("changes nothing while a capacity provider scales the group, and says how to fix that", async () => {
    const { AutoScalingGroupARN: autoScalingGroupArn } = await nodes.group();
    const managedScaling = { status: "ENABLED" as const };
    await nodes.ecs.send(
      new CreateCapacityProviderCommand({
        name: "theirs",
        autoScalingGroupProvider: { autoScalingGroupArn, managedScaling },
      }),
    );
    await nodes.want(10);
    await nodes.cloud.clock.advance(2_000);
    const answer = await nodes.wake();
    expect(answer).to.contain("The capacity provider theirs scales the group");
    expect(answer).to.contain("aws ecs update-capacity-provider");
    expect(await nodes.desired()).to.equal(4);
    await nodes.ecs.send(new DeleteCapacityProviderCommand({ capacityProvider: "theirs" }));
    await nodes.minutes(5);
    expect(await nodes.desired()).to.equal(5);
  });

  for (const percent of [90, 0])
    it(`loses no task in an instance refresh of three full instances with ${percent} % healthy, when a lifecycle hook drains them`, async () => {
      await nodes.up({ MIN: "1", DRAIN: "yes" });
      await nodes.want(6);
      await nodes.comeToRest(3);
      const before = await nodes.ids();
      await nodes.refreshInstances(percent);
      const left = async (): Promise<string[]> =>
        (await nodes.ids()).filter((id) => before.includes(id));
      let fewest = Infinity;
      for (let step = 0; step < 80 && (await left()).length > 0; step += 1) {
        await nodes.minutes(0.5);
        fewest = Math.min(fewest, await nodes.running());
      }
      await nodes.comeToRest(3);
      expect([await left(), await nodes.refreshStatus()]).to.deep.equal([[], "Successful"]);
      // minimumHealthyPercent of the service is 100, ECS's default.
      expect([fewest, await nodes.running(), await nodes.desired()]).to.deep.equal([6, 6, 3]);
      expect(await nodes.killed()).to.deep.equal([]);
      expect(deniedCalls(nodes.cloud)).to.deep.equal([]);
    });
});
