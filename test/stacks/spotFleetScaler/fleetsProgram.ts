import * as path from "node:path";
import { CloudWatchClient, DescribeAlarmHistoryCommand } from "@aws-sdk/client-cloudwatch";
import {
  DescribeFleetsCommand,
  DescribeInstancesCommand,
  DescribeSpotFleetInstancesCommand,
  DescribeSpotFleetRequestsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { FixtureProgram } from "../../support/programs/fixtureProgram";

const DIRECTORY = path.join(__dirname, "../programs/spotFleetScaler");
const TYPES = ["m5.large", "m5a.large"];

/** A Spot Fleet request and an EC2 Fleet with a scaler each, and one that only observes. */
export class FleetsProgram extends FixtureProgram {
  static async start(): Promise<FleetsProgram> {
    const self = new FleetsProgram(await FixtureProgram.startEngine(DIRECTORY));
    await self.up();
    self.load(45);
    await self.minutes(6);
    return self;
  }

  get ec2(): EC2Client {
    return this.program.client(EC2Client);
  }

  /** Sets the CPU of the instances of both fleets. */
  load(cpuPercent: number | ((units: number) => number)): void {
    for (const name of ["spotFleetId", "ec2FleetId"])
      this.cloud.set("load", { fleet: this.output(name), cpuPercent });
  }

  /** Sets how many instances each pool has; null for any number. */
  limitPools(instances: number | null, types: readonly string[] = TYPES): void {
    for (const instanceType of types)
      this.cloud.set("pools", { instanceType, availabilityZone: "us-east-1a", instances });
  }

  async targets(): Promise<[number?, number?]> {
    const spot = await this.ec2.send(
      new DescribeSpotFleetRequestsCommand({ SpotFleetRequestIds: [this.output("spotFleetId")] }),
    );
    const newer = await this.ec2.send(
      new DescribeFleetsCommand({ FleetIds: [this.output("ec2FleetId")] }),
    );
    return [
      spot.SpotFleetRequestConfigs?.[0].SpotFleetRequestConfig?.TargetCapacity,
      newer.Fleets?.[0].TargetCapacitySpecification?.TotalTargetCapacity,
    ];
  }

  /** Returns the ids of the instances of the Spot Fleet request. */
  async instances(): Promise<string[]> {
    const { ActiveInstances = [] } = await this.ec2.send(
      new DescribeSpotFleetInstancesCommand({ SpotFleetRequestId: this.output("spotFleetId") }),
    );
    return ActiveInstances.map(({ InstanceId = "" }) => InstanceId);
  }

  /** Returns the minutes from now until this many instances of the EC2 Fleet run, at most `most`. */
  async minutesUntilRunning(count: number, most = 15): Promise<number> {
    const start = this.cloud.clock.now();
    while ((await this.running()) < count && this.cloud.clock.now() < start + most * 60_000)
      await this.cloud.clock.advance(10_000);
    return (this.cloud.clock.now() - start) / 60_000;
  }

  /** Returns whether this alarm has ever been in ALARM. */
  async hasAlarmed(AlarmName: string): Promise<boolean> {
    const { AlarmHistoryItems = [] } = await this.program
      .client(CloudWatchClient)
      .send(new DescribeAlarmHistoryCommand({ AlarmName, HistoryItemType: "StateUpdate" }));
    return AlarmHistoryItems.some(({ HistorySummary = "" }) => HistorySummary.endsWith("to ALARM"));
  }

  wake(name: string): Promise<string> {
    return this.callFunction(this.output(name), { wake: "command" });
  }

  async comeToRest(): Promise<void> {
    this.load(1);
    for (let round = 0; round < 6 && String(await this.targets()) !== "1,1"; round += 1)
      await this.minutes(8);
    this.load(45);
    await this.minutes(8);
    expect(await this.targets()).to.deep.equal([1, 1]);
  }

  private async running(): Promise<number> {
    const Filters = [
      { Name: "tag:aws:ec2:fleet-id", Values: [this.output("ec2FleetId")] },
      { Name: "instance-state-name", Values: ["running"] },
    ];
    const { Reservations = [] } = await this.ec2.send(new DescribeInstancesCommand({ Filters }));
    return Reservations.flatMap(({ Instances = [] }) => Instances).length;
  }
}
