import * as path from "node:path";
import {
  AutoScalingClient,
  type AutoScalingGroup,
  DescribeAutoScalingGroupsCommand,
  DescribeInstanceRefreshesCommand,
  StartInstanceRefreshCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { CreateLaunchTemplateVersionCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import type { EcsStore } from "../../../localcloud/services/ecs/store";
import type { Ec2Store } from "../../../localcloud/services/ec2/store";
import { ContainerProgram } from "../../support/programs/containerProgram";

const DIRECTORY = path.join(__dirname, "../programs/ecsClusterScaler");

/** The fixture program on a cloud whose clock only moves with `advance`. */
export class ClusterProgram extends ContainerProgram {
  protected readonly scaler = "nodes";

  /** @param past milliseconds after a whole minute at which everything is made */
  static async start(
    variables: Record<string, string> = {},
    past?: number,
  ): Promise<ClusterProgram> {
    const self = new ClusterProgram(await ContainerProgram.startEngine(DIRECTORY));
    if (past !== undefined) {
      await self.toMinute();
      await self.cloud.clock.advance(past);
    }
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

  /** Makes every instance boot in this time from now on. */
  bootIn(milliseconds: number): void {
    const { cloud } = this;
    // The registry's type does not know the type of a service's store.
    const store = cloud.registry.named("ec2")?.store(cloud.defaultRegion, cloud) as Ec2Store;
    store.bootMs = () => milliseconds;
  }

  /**
   * Makes instances and tasks take as long as simulated ones: ECS reacts to a change in the next step of ten seconds,
   * and a task starts or stops within another one.
   *
   * @param boot seconds from a launch until the agent registers
   */
  keepPace(boot: number): void {
    const { cloud } = this;
    const store = cloud.registry.named("ecs")?.store(cloud.defaultRegion, cloud) as EcsStore;
    Object.assign(store.pace, { schedulerMs: 10_000, pendingMs: 10_000, stoppingMs: 10_000 });
    // The group launches after a second, and the agent needs 15. The other two keep registrations apart from ticks.
    this.bootIn((boot + 2 - 1 - 15) * 1_000);
  }

  /** Returns the ids of the group's instances. */
  async ids(): Promise<string[]> {
    return ((await this.group()).Instances ?? []).map(({ InstanceId = "" }) => InstanceId);
  }

  /** Returns the launch template versions of the group's instances. */
  async templateVersions(): Promise<(string | undefined)[]> {
    const { Instances = [] } = await this.group();
    return Instances.map(({ LaunchTemplate }) => LaunchTemplate?.Version);
  }

  /** Sets another image for new instances: a second version of the launch template. */
  async renewTemplate(): Promise<void> {
    const { AutoScalingGroupName, LaunchTemplate = {} } = await this.group();
    const { LaunchTemplateId } = LaunchTemplate;
    const LaunchTemplateData = { ImageId: "ami-0fedcba9876543210" };
    await this.program.client(EC2Client).send(
      new CreateLaunchTemplateVersionCommand({
        ...{ LaunchTemplateId, LaunchTemplateData },
        SourceVersion: "1",
      }),
    );
    await this.program.client(AutoScalingClient).send(
      new UpdateAutoScalingGroupCommand({
        AutoScalingGroupName,
        LaunchTemplate: { LaunchTemplateId, Version: "2" },
      }),
    );
  }

  /** Starts to replace every instance of the group, at least one at a time, as long as this share is in service. */
  async refreshInstances(MinHealthyPercentage: number): Promise<void> {
    const { AutoScalingGroupName } = await this.group();
    const Preferences = { MinHealthyPercentage, InstanceWarmup: 30 };
    await this.program
      .client(AutoScalingClient)
      .send(new StartInstanceRefreshCommand({ AutoScalingGroupName, Preferences }));
  }

  /** Returns the status of the last instance refresh. */
  async refreshStatus(): Promise<string | undefined> {
    const { AutoScalingGroupName } = await this.group();
    const { InstanceRefreshes: [last] = [] } = await this.program
      .client(AutoScalingClient)
      .send(new DescribeInstanceRefreshesCommand({ AutoScalingGroupName }));
    return last?.Status;
  }

  /** Starts a task without a service: a drain waits for its end. */
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
