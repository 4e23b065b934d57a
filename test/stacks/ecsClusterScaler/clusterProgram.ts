import * as path from "node:path";
import {
  AutoScalingClient,
  type AutoScalingGroup,
  DescribeAutoScalingGroupsCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
} from "@aws-sdk/client-ecs";
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

  /** A task that no service has: an instance with it is waited for. */
  async startJob(): Promise<Task> {
    const job = { memory: 64, cpu: 64, name: "job", image: "acme/job:1" };
    const family = "clustered-job";
    await this.ecs.send(new RegisterTaskDefinitionCommand({ family, containerDefinitions: [job] }));
    const { cluster } = this.named();
    const run = new RunTaskCommand({ cluster, taskDefinition: family, launchType: "EC2" });
    const { tasks: [started] = [] } = await this.ecs.send(run);
    return started;
  }

  async stopJob({ taskArn }: Task): Promise<void> {
    const { cluster } = this.named();
    await this.ecs.send(new StopTaskCommand({ cluster, task: taskArn }));
  }
}
