import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
} from "@aws-sdk/client-auto-scaling";
import { CreateLaunchTemplateCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  CreateCapacityProviderCommand,
  DeleteCapacityProviderCommand,
  DescribeCapacityProvidersCommand,
  TagResourceCommand,
  UpdateCapacityProviderCommand,
} from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { connection, EcsCloud } from "./ecsCloud";

describe("A capacity provider of an Auto Scaling group", () => {
  let c: EcsCloud;
  let autoScaling: AutoScalingClient;
  let arn: string;

  before(async () => {
    c = await EcsCloud.start();
    const ec2 = new EC2Client(connection(c.cloud));
    autoScaling = new AutoScalingClient(connection(c.cloud));
    const LaunchTemplateData = {
      ImageId: "ami-0abcdef1234567890",
      InstanceType: "m5.large" as const,
    };
    await ec2.send(
      new CreateLaunchTemplateCommand({ LaunchTemplateName: "node", LaunchTemplateData }),
    );
    ec2.destroy();
    await autoScaling.send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName: "nodes",
        MinSize: 0,
        MaxSize: 3,
        AvailabilityZones: ["us-east-1a"],
        LaunchTemplate: { LaunchTemplateName: "node", Version: "$Latest" },
      }),
    );
    arn = (await group())?.AutoScalingGroupARN ?? "";
  });
  after(async () => {
    autoScaling.destroy();
    await c.stop();
  });

  async function group() {
    const input = { AutoScalingGroupNames: ["nodes"] };
    const found = await autoScaling.send(new DescribeAutoScalingGroupsCommand(input));
    return found.AutoScalingGroups?.[0];
  }

  const create = (name: string, autoScalingGroupArn: string) =>
    c.client.send(
      new CreateCapacityProviderCommand({
        name,
        autoScalingGroupProvider: { autoScalingGroupArn, managedScaling: { status: "ENABLED" } },
      }),
    );

  const refused = (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => "accepted",
      (error: Error) => `${error.name}: ${error.message}`,
    );

  it("tags its group, also for new instances, and shows its defaults", async () => {
    const { capacityProvider } = await create("theirs", arn);
    expect(capacityProvider?.autoScalingGroupProvider).to.deep.equal({
      autoScalingGroupArn: arn,
      managedDraining: "ENABLED",
      managedTerminationProtection: "DISABLED",
      managedScaling: {
        status: "ENABLED",
        targetCapacity: 100,
        minimumScalingStepSize: 1,
        maximumScalingStepSize: 10000,
        instanceWarmupPeriod: 300,
      },
    });
    const [tag] = (await group())?.Tags ?? [];
    expect(tag).to.include({ Key: "AmazonECSManaged", Value: "", PropagateAtLaunch: true });
  });

  it("is refused for a missing group, and with a name in use", async () => {
    expect(await refused(create("other", arn.replace("nodes", "none")))).to.match(
      /^ClientException: The Auto Scaling group .*none cannot be used/,
    );
    expect(await refused(create("theirs", arn))).to.match(/^ClientException: .*already exists/);
  });

  it("changes only the members of an update", async () => {
    const update = (name: string) =>
      c.client.send(
        new UpdateCapacityProviderCommand({
          name,
          autoScalingGroupProvider: { managedScaling: { status: "DISABLED", targetCapacity: 80 } },
        }),
      );
    const { capacityProvider } = await update("theirs");
    expect(capacityProvider?.autoScalingGroupProvider).to.deep.include({
      autoScalingGroupArn: arn,
      managedDraining: "ENABLED",
    });
    expect(capacityProvider?.autoScalingGroupProvider?.managedScaling).to.include({
      status: "DISABLED",
      targetCapacity: 80,
      instanceWarmupPeriod: 300,
    });
    expect(await refused(update("nobody"))).to.match(/^ClientException: .*was not found/);
  });

  it("shows its tags on request", async () => {
    const resourceArn = c.store.arn("capacity-provider/theirs");
    const tags = [{ key: "team", value: "blue" }];
    await c.client.send(new TagResourceCommand({ resourceArn, tags }));
    const asked = { capacityProviders: [resourceArn] };
    const plain = await c.client.send(new DescribeCapacityProvidersCommand(asked));
    expect(plain.capacityProviders?.[0].tags).to.deep.equal([]);
    const include = ["TAGS" as const];
    const full = await c.client.send(new DescribeCapacityProvidersCommand({ ...asked, include }));
    expect(full.capacityProviders?.[0].tags).to.deep.equal(tags);
  });

  it("is not found once deleted, but the group keeps its tag", async () => {
    const named = { capacityProvider: "theirs" };
    const { capacityProvider } = await c.client.send(new DeleteCapacityProviderCommand(named));
    expect(capacityProvider?.status).to.equal("INACTIVE");
    const { failures } = await c.client.send(
      new DescribeCapacityProvidersCommand({ capacityProviders: ["theirs"] }),
    );
    expect(failures).to.have.length(1);
    expect((await group())?.Tags).to.have.length(1);
  });
});
