import { AutoScalingClient, CreateAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import {
  CreateCapacityProviderCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { expect } from "chai";
import {
  deniedCalls,
  formatUnusedPermissions,
  unusedPermissions,
} from "../../../localcloud/testing";
import { ClusterProgram } from "./clusterProgram";
import { leastCalls, leastOf } from "./leastCalls";

/** Minutes that a task may wait for room. */
const AIM = 5;

/** The tests run in sequence on one stack; each task takes half an instance. */
describe("an EcsClusterScaler at its limits and with manual counts", function () {
  this.timeout(280_000);
  let nodes: ClusterProgram;
  before(async () => {
    nodes = await ClusterProgram.start({ MIN: "1" });
    await nodes.minutes(5);
  });
  after(() => nodes?.close());

  it("runs at most twice a day at its minimum, at its maximum, and when no instance can be removed", async () => {
    const isLow = async (): Promise<boolean> =>
      (await nodes.alarm("cpu-low"))?.StateValue === "ALARM";
    expect([await nodes.evaluationsOfDay(), await isLow()]).to.deep.equal([0, true]);
    await nodes.want(3);
    expect([await nodes.evaluationsOfDay(), await isLow()]).to.deep.equal([0, true]);
    expect([await nodes.desired(), await nodes.running()]).to.deep.equal([2, 3]);
    await nodes.want(16);
    expect(await nodes.evaluationsOfDay()).to.be.at.most(2);
    expect([await nodes.desired(), await nodes.running()]).to.deep.equal([6, 12]);
  });

  it("runs rarely while a task without a service is on an instance that is needed", async () => {
    await nodes.want(3);
    await nodes.comeToRest(2);
    const job = await nodes.startJob();
    // Its start sends no event.
    await nodes.wake();
    expect(await nodes.evaluationsOfDay(1)).to.be.within(1, 12 + 1);
    await nodes.stopJob(job);
    await nodes.minutes(12);
    expect(await nodes.evaluationsOfDay(1)).to.equal(0);
    expect(await nodes.desired()).to.equal(2);
    await nodes.want(16);
    await nodes.minutesUntilRunning(12);
  });

  it("removes an instance after tasks have ended, even if the low alarm has long been in ALARM", async () => {
    await nodes.want(3);
    await nodes.comeToRest(2);
    await nodes.minutes(30);
    const since = nodes.cloud.clock.now();
    await nodes.want(2);
    await nodes.comeToRest(1);
    const byAlarm = (await nodes.decisions()).filter(
      ({ at, woken }) => at >= since && woken.startsWith("alarm"),
    );
    expect(byAlarm).to.deep.equal([]);
  });

  it("makes the fewest possible calls, also when one is throttled", async () => {
    const operations = (after: number): string[] =>
      nodes.calls(after).map(({ operation }) => operation);
    // Each a little later than the one before, so that there is something to remember.
    const wake = async (): Promise<void> => {
      await nodes.cloud.clock.advance(100);
      await nodes.wake();
    };
    await wake();
    let after = nodes.cloud.recorder.last;
    await wake();
    expect(operations(after)).to.have.members(leastCalls.noChange);
    after = nodes.cloud.recorder.last;
    const operation = "ListTasks";
    nodes.cloud.faults.add({ kind: "throttle", service: "ecs", operation, times: 1 });
    await wake();
    nodes.cloud.faults.clear();
    expect(operations(after)).to.have.members([...leastCalls.noChange, operation]);
    after = nodes.cloud.recorder.last;
    await nodes.want(4);
    await nodes.minutesUntilRunning(4);
    await nodes.want(2);
    await nodes.comeToRest(1);
    const calls = operations(after);
    expect(calls).to.include.members(["SetDesiredCapacity", "UpdateContainerInstancesState"]);
    expect(calls.length).to.be.at.most(leastOf(calls) * 1.1);
  });

  it("stays at its maximum, however many tasks wait, and stops running there", async () => {
    await nodes.want(16);
    expect(await nodes.minutesUntilRunning(12)).to.be.at.most(AIM);
    await nodes.minutes(3);
    expect([await nodes.running(), await nodes.desired()]).to.deep.equal([12, 6]);
    await nodes.want(12);
    await nodes.minutes(3);
    await nodes.expectEmptyDiff();
    expect(await nodes.desired()).to.equal(6);
  });

  it("requests no instance for a task that fits on none, and raises the alarm on errors", async () => {
    const { taskDefinition: before } = await nodes.service();
    const big = { name: "web", image: "acme/web:1.0", memory: 16_000 };
    const family = "clustered-big";
    await nodes.ecs.send(
      new RegisterTaskDefinitionCommand({ family, containerDefinitions: [big] }),
    );
    await nodes.ecs.send(new UpdateServiceCommand({ ...nodes.named(), taskDefinition: family }));
    await nodes.minutes(3);
    expect(await nodes.wake()).to.contain("no instance has that, even when it is empty");
    expect(await nodes.desired()).to.equal(6);
    expect(await nodes.hasAlarmed("nodes-errors")).to.equal(true);
    const taskDefinition = before;
    await nodes.ecs.send(new UpdateServiceCommand({ ...nodes.named(), taskDefinition }));
    await nodes.minutes(5);
  });

  it("keeps a manual count for a time with a reason, and ends it on request", async () => {
    expect(await nodes.scale("nodes 5 --for 10m")).to.match(/ to 5: set manually to 5 until /);
    expect(await nodes.scale("nodes --why")).to.contain("1 to 6 instances");
    expect(await nodes.scale("nodes --resume")).to.match(/goes from 5 to 6|stays at/);
  });

  it("reaches the right count when the program is updated while it scales, and the next update changes nothing", async () => {
    await nodes.want(2);
    await nodes.comeToRest(1);
    await nodes.want(12);
    await nodes.minutes(1);
    expect([await nodes.desired(), await nodes.tick()]).to.deep.equal([6, "ENABLED"]);
    await nodes.up({ MIN: "1", MAX: "4" });
    await nodes.comeToRest(4);
    expect([await nodes.desired(), await nodes.running()]).to.deep.equal([4, 8]);
    await nodes.expectEmptyDiff();
    await nodes.up({ MIN: "1" });
    await nodes.minutesUntilRunning(12);
    expect([await nodes.desired(), await nodes.running()]).to.deep.equal([6, 12]);
  });

  it("scales to no instance, and back from none", async () => {
    await nodes.up({ MIN: "0" });
    await nodes.want(0);
    await nodes.comeToRest(0);
    await nodes.want(5);
    expect(await nodes.minutesUntilRunning(5)).to.be.at.most(AIM);
    expect(await nodes.desired()).to.equal(3);
  });

  it("was granted only what it uses, and denied nothing", async () => {
    const unused = (await unusedPermissions(nodes.cloud)).filter(
      ({ roleName }) => roleName === nodes.roleName,
    );
    // Nothing of the scaler failed permanently.
    const own = unused.filter(({ action }) => action !== "sqs:SendMessage");
    expect(own, formatUnusedPermissions(own)).to.deep.equal([]);
    expect(deniedCalls(nodes.cloud)).to.deep.equal([]);
  });

  it("only observes in the mode observe: decides and records, and changes nothing", async () => {
    await nodes.up({ MIN: "0", MODE: "observe" });
    const after = nodes.cloud.recorder.last;
    await nodes.want(10);
    await nodes.minutes(3);
    const observed = (await nodes.decisions()).filter(({ outcome }) => outcome === "observed");
    expect(observed[0]).to.include({ from: 3, to: 5 });
    expect(await nodes.desired()).to.equal(3);
    const written = nodes
      .calls(after)
      .filter(({ operation }) => /^(Set|Update|Terminate)/.test(operation));
    expect(written).to.deep.equal([]);
  });

  /** Returns why a deployment fails; it must not have changed anything of the scaler. */
  async function refused(variables: Record<string, string>): Promise<string> {
    const before = nodes.engine.calls;
    await nodes.engine.failure(nodes.up({ MIN: "0", ...variables }));
    const writes = nodes.engine.writes(before);
    expect(writes.filter((one) => /^(lambda|iam|events|dynamodb):/.test(one))).to.deep.equal([]);
    return nodes.engine.errors.map(({ message }) => message).join();
  }

  it("is refused when a capacity provider of the same program scales the group", async () => {
    await nodes.up({ MIN: "0", MANAGED: "DISABLED" });
    expect(await refused({ MANAGED: "ENABLED" })).to.match(
      /group: nodes-\w+ is scaled by the capacity provider theirs-\w+ of this program/,
    );
  });

  it("is refused for a group outside of the program that ECS has marked", async () => {
    const { LaunchTemplate } = await nodes.group();
    const AutoScalingGroupName = "marked";
    await nodes.program.client(AutoScalingClient).send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName,
        LaunchTemplate,
        MinSize: 0,
        MaxSize: 9,
        AvailabilityZones: ["us-east-1a"],
      }),
    );
    const autoScalingGroupProvider = { autoScalingGroupArn: AutoScalingGroupName };
    await nodes.ecs.send(
      new CreateCapacityProviderCommand({ name: "elsewhere", autoScalingGroupProvider }),
    );
    expect(await refused({ GROUP: AutoScalingGroupName })).to.contain(
      "group: marked has the tag AmazonECSManaged",
    );
  });
});
