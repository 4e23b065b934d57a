import * as path from "node:path";
import {
  AutoScalingClient,
  type AutoScalingGroup,
  DescribeAutoScalingGroupsCommand,
} from "@aws-sdk/client-auto-scaling";
import { ContainerProgram } from "../../support/containerProgram";

const DIRECTORY = path.join(__dirname, "../programs/ecsClusterScaler");

/** The fixture program on a cloud whose time stands still between advances. */
export class ClusterProgram extends ContainerProgram {
  protected readonly scaler = "nodes";

  static async start(variables: Record<string, string> = {}): Promise<ClusterProgram> {
    const self = new ClusterProgram(await ContainerProgram.startEngine(DIRECTORY));
    await self.up(variables);
    await self.minutes(1);
    return self;
  }

  async group(): Promise<AutoScalingGroup> {
    const AutoScalingGroupNames = [this.output("groupName")];
    const { AutoScalingGroups = [] } = await this.program
      .client(AutoScalingClient)
      .send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames }));
    return AutoScalingGroups[0];
  }

  async desired(): Promise<number | undefined> {
    return (await this.group()).DesiredCapacity;
  }
}
