import {
  ApplicationAutoScalingClient,
  DeregisterScalableTargetCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { CancelSpotFleetRequestsCommand, ModifyFleetCommand } from "@aws-sdk/client-ec2";
import { expect } from "chai";
import {
  callsOf,
  deniedCalls,
  formatUnusedPermissions,
  roleOf,
  unusedPermissions,
} from "../../../localcloud/testing";
import { FleetsProgram } from "./fleetsProgram";

/** Load that the units share: 240 is four units at 60 percent. */
const shared = (percent: number) => (units: number) => percent / Math.max(1, units);

/** The tests run in sequence on one stack: each ends with one unit and almost no load. */
describe("a SpotFleetScaler on the local cloud", function () {
  this.timeout(300_000);
  let fleets: FleetsProgram;
  before(async () => {
    fleets = await FleetsProgram.start();
  });
  after(() => fleets?.close());

  const roleNamed = (name: string): string => roleOf(fleets.engine.session.resources, name);

  it("raises the target of both kinds of fleet for a step and for a burst, and lowers it after that", async () => {
    fleets.load(shared(200));
    const step = await fleets.minutesUntilRunning(4);
    fleets.load(shared(340));
    const burst = await fleets.minutesUntilRunning(6);
    console.log(`      longest wait: step ${step.toFixed(1)} min, burst ${burst.toFixed(1)} min`);
    // Two minutes until there is a complete datapoint of the load, and three for the slowest boot.
    expect(Math.max(step, burst)).to.be.below(6);
    await fleets.minutes(6);
    expect(await fleets.targets()).to.deep.equal([6, 6]);
    expect((await fleets.instances()).length).to.equal(6);
    await fleets.expectEmptyDiff();
    await fleets.comeToRest();
    expect((await fleets.instances()).length).to.equal(1);
  });

  it("falls back to another pool when one has no capacity", async () => {
    fleets.limitPools(0, ["m5.large"]);
    fleets.load(shared(200));
    const step = await fleets.minutesUntilRunning(4);
    console.log(`      longest wait: step with one pool dry ${step.toFixed(1)} min`);
    expect(step).to.be.below(10);
    fleets.limitPools(null, ["m5.large"]);
    await fleets.comeToRest();
  });

  it("stops at the pools' capacity and alarms, and continues when there is capacity again", async () => {
    fleets.limitPools(2);
    fleets.load(95);
    await fleets.minutes(25);
    for (const target of await fleets.targets()) expect(target).to.be.below(6);
    expect(await fleets.hasAlarmed(fleets.output("olderCapacityAlarm"))).to.equal(true);
    fleets.limitPools(null);
    await fleets.minutes(25);
    expect(await fleets.targets()).to.deep.equal([6, 6]);
    await fleets.comeToRest();
  });

  it("lets the fleet replace the instances that Spot interrupts", async () => {
    const [interrupted] = await fleets.instances();
    fleets.cloud.set("spot", { instance: interrupted, notice: "interruption" });
    await fleets.minutes(6);
    const after = await fleets.instances();
    expect([after.length, after.includes(interrupted)]).to.deep.equal([1, false]);
    expect(await fleets.targets()).to.deep.equal([1, 1]);
  });

  it("waits for another change that is under way, and changes the fleet after it", async () => {
    fleets.load(95);
    await fleets.ec2.send(
      new ModifyFleetCommand({
        FleetId: fleets.output("ec2FleetId"),
        TargetCapacitySpecification: { TotalTargetCapacity: 2 },
      }),
    );
    expect(await fleets.wake("newerFunction")).to.contain("the fleet is modifying");
    expect((await fleets.targets())[1]).to.equal(2);
    await fleets.minutes(4);
    expect((await fleets.targets())[1]).to.be.greaterThan(2);
  });

  it("was granted only what it uses, denied nothing, and writes nothing in the mode observe", async () => {
    // Rounding keeps two units.
    fleets.load(shared(104));
    await fleets.minutes(40);
    expect(await fleets.targets()).to.deep.equal([2, 2]);
    await fleets.comeToRest();
    const roles = ["older", "newer", "watcher"].map(roleNamed);
    // Nothing of the scaler failed permanently.
    const unused = (await unusedPermissions(fleets.cloud, { roles })).filter(
      ({ action }) => action !== "sqs:SendMessage",
    );
    expect(unused, formatUnusedPermissions(unused)).to.deep.equal([]);
    const watched = callsOf(fleets.cloud, roleNamed("watcher"));
    expect(watched.map(({ operation }) => operation)).to.include("DescribeFleets");
    expect(watched.map(({ operation }) => operation)).not.to.include("ModifyFleet");
    expect(deniedCalls(fleets.cloud)).to.deep.equal([]);
  });

  it("refuses a request that is registered with Application Auto Scaling, and continues once it is not", async () => {
    const client = fleets.program.client(ApplicationAutoScalingClient);
    const target = {
      ServiceNamespace: "ec2" as const,
      ScalableDimension: "ec2:spot-fleet-request:TargetCapacity" as const,
      ResourceId: `spot-fleet-request/${fleets.output("spotFleetId")}`,
    };
    await client.send(
      new RegisterScalableTargetCommand({ ...target, MinCapacity: 1, MaxCapacity: 9 }),
    );
    fleets.load(95);
    await fleets.minutes(3);
    const answer = await fleets.wake("olderFunction");
    expect(answer).to.contain("is registered with Application Auto Scaling");
    expect(answer).to.contain("deregister-scalable-target --service-namespace ec2");
    expect((await fleets.targets())[0]).to.equal(1);
    await client.send(new DeregisterScalableTargetCommand(target));
    await fleets.minutes(10);
    expect((await fleets.targets())[0]).to.be.greaterThan(1);
    await fleets.comeToRest();
  });

  it("refuses a cancelled fleet, and says what to do", async () => {
    await fleets.ec2.send(
      new CancelSpotFleetRequestsCommand({
        SpotFleetRequestIds: [fleets.output("spotFleetId")],
        TerminateInstances: true,
      }),
    );
    expect(await fleets.wake("olderFunction")).to.contain("make a new one, or destroy the scaler");
  });
});
