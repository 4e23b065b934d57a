import * as path from "node:path";
import { DescribeFleetsCommand, EC2Client, type FleetData } from "@aws-sdk/client-ec2";
import { ContainerProgram } from "../../support/programs/containerProgram";

const DIRECTORY = path.join(__dirname, "../programs/fleetCluster");

/** A fleet of container instances, each with room for two tasks, on a cloud whose clock only moves with `advance`. */
export class FleetProgram extends ContainerProgram {
  protected readonly scaler = "nodes";

  static async start(variables: Record<string, string> = {}): Promise<FleetProgram> {
    const self = new FleetProgram(await ContainerProgram.startEngine(DIRECTORY));
    await self.up(variables);
    self.load(50);
    await self.minutes(5);
    return self;
  }

  get ec2(): EC2Client {
    return this.program.client(EC2Client);
  }

  /** Sets the CPU of each instance of the fleet. */
  load(cpuPercent: number | ((units: number) => number)): void {
    this.cloud.set("load", { fleet: this.output("fleetId"), cpuPercent });
  }

  notice(instance: string, notice: "interruption" | "rebalance"): void {
    this.cloud.set("spot", { instance, notice });
  }

  async fleet(): Promise<FleetData> {
    const FleetIds = [this.output("fleetId")];
    const { Fleets = [] } = await this.ec2.send(new DescribeFleetsCommand({ FleetIds }));
    return Fleets[0];
  }

  async target(): Promise<number | undefined> {
    return (await this.fleet()).TargetCapacitySpecification?.TotalTargetCapacity;
  }

  /** Sets this many units manually, for longer than the tests last. */
  async hold(units: number): Promise<void> {
    await this.scale(`nodes ${units} --for 7d`);
    for (let round = 0; round < 10 && (await this.instances()).length !== units; round += 1)
      await this.minutes(1);
  }
}
