import * as path from "node:path";
import { DescribeFleetsCommand, EC2Client, type FleetData } from "@aws-sdk/client-ec2";
import { ContainerProgram } from "../../support/containerProgram";

const DIRECTORY = path.join(__dirname, "../programs/fleetCluster");

/** A fleet of container instances, each with room for two tasks, on a cloud whose time stands still between advances. */
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

  /** What each instance of the fleet shows. */
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

  /** So many units by hand, for so long as the tests may last. */
  async hold(units: number): Promise<void> {
    await this.scale(`nodes ${units} --for 7d`);
    for (let round = 0; round < 10 && (await this.instances()).length !== units; round += 1)
      await this.minutes(1);
  }

  /** Tasks that ended with their instances, though nobody had asked them to. */
  async killed(): Promise<string[]> {
    return (await this.stopped())
      .filter(({ stopCode }) => stopCode === "TerminationNotice")
      .map(({ taskArn = "" }) => taskArn);
  }
}
