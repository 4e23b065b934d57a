import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeSpotFleetRequestsCommand,
  RequestSpotFleetCommand,
} from "@aws-sdk/client-ec2";
import { UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { PROTECTED_TAG } from "../../../callbacks/ecs/spotFleetScaler/members";
import {
  deniedCalls,
  formatUnusedPermissions,
  unusedPermissions,
} from "../../../localcloud/testing";
import { FleetProgram } from "./fleetProgram";

/** The tests run in sequence on one stack; each task takes half an instance. */
describe("a SpotFleetScaler of container instances", function () {
  this.timeout(280_000);
  let nodes: FleetProgram;
  before(async () => {
    nodes = await FleetProgram.start();
    await nodes.hold(3);
    await nodes.want(4);
    await nodes.minutesUntilRunning(4);
  });
  after(() => nodes?.close());

  /** Returns the id of an instance that has tasks. */
  async function busy(): Promise<string> {
    const all = await nodes.instances();
    return all.find(({ runningTasksCount }) => runningTasksCount)?.ec2InstanceId ?? "";
  }

  async function statusOf(id: string): Promise<string | undefined> {
    return (await nodes.instances()).find(({ ec2InstanceId }) => ec2InstanceId === id)?.status;
  }

  /** Returns the fewest tasks and the most instances within this many minutes. */
  async function watch(minutes: number): Promise<{ fewest: number; most: number }> {
    const seen = { fewest: Infinity, most: 0 };
    for (let step = 0; step < minutes * 2; step += 1) {
      await nodes.cloud.clock.advance(30_000);
      seen.fewest = Math.min(seen.fewest, await nodes.running());
      seen.most = Math.max(seen.most, (await nodes.instances()).length);
    }
    return seen;
  }

  it("drains an instance before Spot interrupts it, once for a repeated notice, and the fleet replaces it", async () => {
    const interrupted = await busy();
    nodes.notice(interrupted, "interruption");
    nodes.notice(interrupted, "interruption");
    await nodes.cloud.clock.advance(15_000);
    expect(await statusOf(interrupted)).to.equal("DRAINING");
    const { fewest } = await watch(7);
    expect([fewest, await statusOf(interrupted)]).to.deep.equal([4, undefined]);
    expect(await nodes.killed()).to.deep.equal([]);
    expect([await nodes.target(), (await nodes.instances()).length]).to.deep.equal([3, 3]);
    const reasons = (await nodes.decisions()).map(({ why }) => why).join();
    expect(reasons).to.contain(`Spot interrupts ${interrupted}, 1 in a day`);
  });

  it("terminates an instance at risk of interruption once it has no tasks, and counts none twice", async () => {
    const interrupted = await busy();
    nodes.notice(interrupted, "rebalance");
    const { fewest, most } = await watch(8);
    expect([fewest, most, await statusOf(interrupted)]).to.deep.equal([4, 3, undefined]);
    expect(await nodes.killed()).to.deep.equal([]);
    expect([await nodes.target(), (await nodes.instances()).length]).to.deep.equal([3, 3]);
  });

  it("ignores instances of other fleets, and notices that it cannot read", async () => {
    const after = nodes.cloud.recorder.last;
    const event = {
      source: "aws.ec2",
      "detail-type": "EC2 Spot Instance Interruption Warning",
      time: "2026-11-20T12:00:00Z",
      detail: { "instance-id": "i-0123456789abcdef0" },
    };
    expect(await nodes.wake(event)).to.contain('"outcome":"ignored"');
    expect(nodes.calls(after).map(({ operation }) => operation)).to.deep.equal([
      "DescribeInstances",
    ]);
    expect(await nodes.wake({ ...event, time: "soon" })).to.contain('"outcome":"kept"');
  });

  it("drains what a lower target removes, but no protected instance, and no service's task stops with its instance", async () => {
    const free = (await nodes.instances()).find(({ runningTasksCount }) => !runningTasksCount);
    const Resources = [free?.ec2InstanceId ?? (await busy())];
    const Tags = [{ Key: PROTECTED_TAG, Value: "" }];
    await nodes.ec2.send(new CreateTagsCommand({ Resources, Tags }));
    expect(await nodes.scale("nodes 2 --for 7d")).to.match(/fleet-\S+ goes from 3 to 2/);
    const { fewest } = await watch(7);
    expect([fewest, (await nodes.instances()).length]).to.deep.equal([4, 2]);
    expect(await statusOf(Resources[0])).to.equal("ACTIVE");
    expect(await nodes.killed()).to.deep.equal([]);
    await nodes.ec2.send(new DeleteTagsCommand({ Resources, Tags }));
  });

  it("undoes a drain that cannot finish, raises the target again and says why", async () => {
    const allow = async (maximumPercent: number): Promise<void> => {
      const deploymentConfiguration = { minimumHealthyPercent: 100, maximumPercent };
      const update = { ...nodes.named(), deploymentConfiguration };
      await nodes.ecs.send(new UpdateServiceCommand(update));
    };
    // Of 3 tasks neither one fewer nor one more, for 3.99 is rounded down: no task can move.
    await allow(133);
    await nodes.want(3);
    nodes.load(10);
    await nodes.scale("nodes --resume");
    await nodes.minutes(6);
    expect(await nodes.target()).to.equal(1);
    await nodes.minutes(12);
    expect([await nodes.target(), (await nodes.instances()).length]).to.deep.equal([2, 2]);
    expect((await nodes.instances()).map(({ status }) => status)).to.deep.equal([
      "ACTIVE",
      "ACTIVE",
    ]);
    expect(await nodes.hasAlarmed("nodes-errors")).to.equal(true);
    const reasons = (await nodes.decisions()).map(({ why }) => why).join();
    expect(reasons).to.contain("accepts tasks again: those of");
    nodes.load(50);
    await allow(200);
    await nodes.want(0);
  });

  it("shows by the command what it scales and why, and resumes after --resume", async () => {
    expect(await nodes.scale("nodes --why")).to.match(/nodes: fleet-\S+, 1 to 6 units/);
    nodes.load((units) => 240 / Math.max(1, units));
    await nodes.minutes(10);
    expect(await nodes.target()).to.equal(4);
    nodes.load(50);
    await nodes.comeToRest(4);
    await nodes.expectEmptyDiff();
  });

  it("adds units for waiting tasks at once, even if its metric asks for none", async () => {
    const since = nodes.cloud.clock.now();
    await nodes.want(12);
    const wait = await nodes.minutesUntilRunning(12);
    console.log(`      longest wait of waiting tasks: ${wait.toFixed(1)} min`);
    expect([await nodes.target(), wait <= 5]).to.deep.equal([6, true]);
    const changed = (await nodes.decisions()).filter((one) => one.at >= since && one.to > one.from);
    expect(changed.map(({ why }) => why)).to.deep.equal(["4 tasks wait for a place"]);
    // As many as fit into its maximum.
    await nodes.want(14);
    await nodes.minutes(5);
    expect([await nodes.target(), await nodes.running()]).to.deep.equal([6, 12]);
    await nodes.want(0);
  });

  it("was granted only what it uses, and denied nothing", async () => {
    nodes.load(35);
    for (let round = 0; round < 8 && (await nodes.target()) !== 2; round += 1)
      await nodes.minutes(8);
    // Rounding keeps two units: after a quarter of an hour the slow pace begins.
    await nodes.minutes(25);
    expect(await nodes.target()).to.equal(2);
    nodes.load(50);
    await nodes.minutes(6);
    const unused = (await unusedPermissions(nodes.cloud)).filter(
      ({ roleName }) => roleName === nodes.roleName,
    );
    // Nothing of the scaler failed permanently.
    const own = unused.filter(({ action }) => action !== "sqs:SendMessage");
    expect(own, formatUnusedPermissions(own)).to.deep.equal([]);
    expect(deniedCalls(nodes.cloud)).to.deep.equal([]);
  });

  it("takes over a Spot Fleet request from outside of the program by its id, and never replaces it", async () => {
    const LaunchTemplateId = nodes.output("templateId");
    const LaunchTemplateSpecification = { LaunchTemplateId, Version: "1" };
    const { SpotFleetRequestId: id = "" } = await nodes.ec2.send(
      new RequestSpotFleetCommand({
        SpotFleetRequestConfig: {
          IamFleetRole: nodes.output("fleetRoleArn"),
          TargetCapacity: 1,
          LaunchTemplateConfigs: [{ LaunchTemplateSpecification }],
        },
      }),
    );
    await nodes.minutes(1);
    await nodes.up({ FLEET_ID: id });
    expect(await nodes.scale("nodes 2 --for 1h")).to.contain(`${id} goes from 1 to 2`);
    await nodes.minutes(5);
    expect(await spotCapacity(id)).to.deep.equal([2, 2]);
    expect(await nodes.scale("nodes 1 --for 1h")).to.contain(`${id} goes from 2 to 1`);
    await nodes.minutes(5);
    expect(await spotCapacity(id)).to.deep.equal([1, 1]);
    await nodes.expectEmptyDiff();
    expect(await nodes.target()).to.equal(2);
    expect(deniedCalls(nodes.cloud)).to.deep.equal([]);
  });

  /** Returns its target and its fulfilled capacity. */
  async function spotCapacity(id: string): Promise<(number | undefined)[]> {
    const asked = new DescribeSpotFleetRequestsCommand({ SpotFleetRequestIds: [id] });
    const { SpotFleetRequestConfigs: [found] = [] } = await nodes.ec2.send(asked);
    const { TargetCapacity, FulfilledCapacity } = found.SpotFleetRequestConfig ?? {};
    return [TargetCapacity, FulfilledCapacity];
  }

  it("only observes in the mode observe: notices and loads change nothing", async () => {
    await nodes.up({ MODE: "observe" });
    const after = nodes.cloud.recorder.last;
    nodes.load(95);
    nodes.notice(String((await nodes.instances())[0].ec2InstanceId), "rebalance");
    await nodes.minutes(4);
    const observed = (await nodes.decisions()).filter(({ outcome }) => outcome === "observed");
    expect(observed.length).to.be.greaterThan(0);
    const written = nodes
      .calls(after)
      .filter(({ operation }) => /^(Modify|UpdateContainer|Terminate)/.test(operation));
    expect(written).to.deep.equal([]);
  });
});
