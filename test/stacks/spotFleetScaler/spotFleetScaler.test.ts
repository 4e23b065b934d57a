import * as path from "node:path";
import {
  ApplicationAutoScalingClient,
  DeregisterScalableTargetCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchClient, DescribeAlarmHistoryCommand } from "@aws-sdk/client-cloudwatch";
import {
  CancelSpotFleetRequestsCommand,
  DescribeFleetsCommand,
  DescribeSpotFleetInstancesCommand,
  DescribeSpotFleetRequestsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { expect } from "chai";
import { EngineSession } from "../../../localcloud/test/support/engineSession";
import {
  advanceUntilQuiet,
  callsOf,
  deniedCalls,
  formatUnusedPermissions,
  roleOf,
  RunningProgram,
  unusedPermissions,
} from "../../../localcloud/testing";

const DIRECTORY = path.join(__dirname, "../programs/spotFleetScaler");
const TYPES = ["m5.large", "m5a.large"];

/** Work that the units share: 240 is four units at 60 percent. */
const shared = (percent: number) => (units: number) => percent / Math.max(1, units);

/** One after another on one stack: each test ends with one unit and no load to speak of. */
describe("a SpotFleetScaler on the local cloud", function () {
  this.timeout(300_000);
  let engine: EngineSession;
  let program: RunningProgram;
  let outputs: Readonly<Record<string, unknown>>;

  before(async () => {
    engine = await EngineSession.start("", { directory: DIRECTORY, clock: "manual" });
    program = new RunningProgram(engine.session, engine.output);
    outputs = (await engine.run({})).outputs;
    load(45);
    await minutes(6);
  });
  after(() => program?.close());

  const output = (name: string): string => String(outputs[name]);

  async function minutes(count: number): Promise<void> {
    await advanceUntilQuiet(program.cloud, { quietMinutes: count, limitMinutes: count });
  }

  /** What the instances of both fleets show. */
  function load(cpuPercent: number | ((units: number) => number)): void {
    for (const name of ["spotFleetId", "ec2FleetId"])
      program.cloud.set("load", { fleet: output(name), cpuPercent });
  }

  async function targets(): Promise<[number?, number?]> {
    const ec2 = program.client(EC2Client);
    const spot = await ec2.send(
      new DescribeSpotFleetRequestsCommand({ SpotFleetRequestIds: [output("spotFleetId")] }),
    );
    const newer = await ec2.send(new DescribeFleetsCommand({ FleetIds: [output("ec2FleetId")] }));
    return [
      spot.SpotFleetRequestConfigs?.[0].SpotFleetRequestConfig?.TargetCapacity,
      newer.Fleets?.[0].TargetCapacitySpecification?.TotalTargetCapacity,
    ];
  }

  async function instances(): Promise<string[]> {
    const { ActiveInstances = [] } = await program
      .client(EC2Client)
      .send(new DescribeSpotFleetInstancesCommand({ SpotFleetRequestId: output("spotFleetId") }));
    return ActiveInstances.map(({ InstanceId = "" }) => InstanceId);
  }

  async function wake(name: string): Promise<string> {
    const { Payload } = await program.client(LambdaClient).send(
      new InvokeCommand({
        FunctionName: output(name),
        Payload: JSON.stringify({ wake: "command" }),
      }),
    );
    return Buffer.from(Payload ?? []).toString();
  }

  async function comeToRest(): Promise<void> {
    load(1);
    for (let round = 0; round < 6 && String(await targets()) !== "1,1"; round += 1)
      await minutes(8);
    load(45);
    await minutes(8);
    expect(await targets()).to.deep.equal([1, 1]);
  }

  it("raises the target of either kind of fleet for a load, and lowers it after that", async () => {
    load(shared(240));
    await minutes(16);
    for (const target of await targets()) expect(target).to.be.within(4, 5);
    expect((await instances()).length).to.be.within(4, 5);
    await engine.run({});
    const steps = engine.steps.filter((step) => !/^(same|changed|read|refresh) /.test(step));
    expect(steps).to.deep.equal([]);
    await comeToRest();
    expect((await instances()).length).to.equal(1);
  });

  it("stops at what the pools have and alarms, and goes on when there is capacity again", async () => {
    for (const instanceType of TYPES)
      program.cloud.set("pools", { instanceType, availabilityZone: "us-east-1a", instances: 2 });
    load(95);
    await minutes(25);
    for (const target of await targets()) expect(target).to.be.below(6);
    const { AlarmHistoryItems = [] } = await program.client(CloudWatchClient).send(
      new DescribeAlarmHistoryCommand({
        AlarmName: output("olderCapacityAlarm"),
        HistoryItemType: "StateUpdate",
      }),
    );
    expect(AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary).join()).to.contain(
      "to ALARM",
    );
    for (const instanceType of TYPES)
      program.cloud.set("pools", { instanceType, availabilityZone: "us-east-1a", instances: null });
    await minutes(25);
    expect(await targets()).to.deep.equal([6, 6]);
    await comeToRest();
  });

  it("leaves it to the fleet to replace what Spot takes back", async () => {
    const [victim] = await instances();
    program.cloud.set("spot", { instance: victim, notice: "interruption" });
    await minutes(6);
    const after = await instances();
    expect([after.length, after.includes(victim)]).to.deep.equal([1, false]);
    expect(await targets()).to.deep.equal([1, 1]);
  });

  it("was granted nothing that it does not use, denied nothing, and writes nothing to observe", async () => {
    await comeToRest();
    const roles = ["older", "newer", "watcher"].map((one) => roleOf(engine.session.resources, one));
    // Nothing of it failed for good.
    const unused = (await unusedPermissions(program.cloud, { roles })).filter(
      ({ action }) => action !== "sqs:SendMessage",
    );
    expect(unused, formatUnusedPermissions(unused)).to.deep.equal([]);
    const watched = callsOf(program.cloud, roleOf(engine.session.resources, "watcher"));
    expect(watched.map(({ operation }) => operation)).to.include("DescribeFleets");
    expect(watched.map(({ operation }) => operation)).not.to.include("ModifyFleet");
    expect(deniedCalls(program.cloud)).to.deep.equal([]);
  });

  it("refuses a request that is registered with Application Auto Scaling, and goes on without that", async () => {
    const client = program.client(ApplicationAutoScalingClient);
    const target = {
      ServiceNamespace: "ec2" as const,
      ScalableDimension: "ec2:spot-fleet-request:TargetCapacity" as const,
      ResourceId: `spot-fleet-request/${output("spotFleetId")}`,
    };
    await client.send(
      new RegisterScalableTargetCommand({ ...target, MinCapacity: 1, MaxCapacity: 9 }),
    );
    load(95);
    await minutes(3);
    const answer = await wake("olderFunction");
    expect(answer).to.contain("is registered with Application Auto Scaling");
    expect(answer).to.contain("deregister-scalable-target --service-namespace ec2");
    expect((await targets())[0]).to.equal(1);
    await client.send(new DeregisterScalableTargetCommand(target));
    await minutes(10);
    expect((await targets())[0]).to.be.greaterThan(1);
    await comeToRest();
  });

  it("refuses a fleet that was cancelled, and says what to do", async () => {
    await program.client(EC2Client).send(
      new CancelSpotFleetRequestsCommand({
        SpotFleetRequestIds: [output("spotFleetId")],
        TerminateInstances: true,
      }),
    );
    expect(await wake("olderFunction")).to.contain("make a new one, or destroy the scaler");
  });
});
