import {
  AutoScalingClient,
  type AutoScalingGroup,
  CreateAutoScalingGroupCommand,
  type CreateAutoScalingGroupCommandInput,
  DescribeAutoScalingGroupsCommand,
  SetDesiredCapacityCommand,
} from "@aws-sdk/client-auto-scaling";
import { connection, Ec2Cloud } from "../ec2/ec2Cloud";

export const NAME = { AutoScalingGroupName: "web" };

/** A cloud with a launch template `web`, in which a boot takes a minute. */
export class GroupsCloud {
  private constructor(
    readonly ec2: Ec2Cloud,
    readonly client: AutoScalingClient,
  ) {}

  static async start(): Promise<GroupsCloud> {
    const ec2 = await Ec2Cloud.start();
    ec2.store.bootMs = () => 60_000;
    await ec2.launchTemplate("web");
    return new GroupsCloud(ec2, new AutoScalingClient(connection(ec2.cloud)));
  }

  async create(more: Partial<CreateAutoScalingGroupCommandInput> = {}): Promise<void> {
    await this.client.send(
      new CreateAutoScalingGroupCommand({
        ...NAME,
        MinSize: 0,
        MaxSize: 6,
        AvailabilityZones: ["us-east-1a", "us-east-1b"],
        LaunchTemplate: { LaunchTemplateName: "web" },
        ...more,
      }),
    );
  }

  async setDesired(DesiredCapacity: number): Promise<void> {
    await this.client.send(new SetDesiredCapacityCommand({ ...NAME, DesiredCapacity }));
  }

  async group(name = "web"): Promise<AutoScalingGroup | undefined> {
    const { AutoScalingGroups = [] } = await this.client.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
    );
    return AutoScalingGroups[0];
  }

  /** Returns the ids of the group's instances, oldest first. */
  async ids(): Promise<string[]> {
    return ((await this.group())?.Instances ?? []).map(({ InstanceId = "" }) => InstanceId);
  }

  /** Returns the lifecycle states of the group's instances, oldest first. */
  async states(): Promise<(string | undefined)[]> {
    return ((await this.group())?.Instances ?? []).map(({ LifecycleState }) => LifecycleState);
  }

  seconds(count: number): Promise<void> {
    return this.ec2.seconds(count);
  }

  async stop(): Promise<void> {
    this.client.destroy();
    await this.ec2.stop();
  }
}
