import {
  CreateKeyPairCommand,
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DeleteLaunchTemplateCommand,
  DescribeInstancesCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  EC2Client,
  type Instance,
  ModifyLaunchTemplateCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { expectAwsError } from "../../support/expectAwsError";
import { roleSession } from "../../support/roleSession";
import { AMI, connection, Ec2Cloud } from "./ec2Cloud";

describe("EC2 instances", () => {
  let c: Ec2Cloud;
  beforeEach(async () => (c = await Ec2Cloud.start()));
  afterEach(() => c.stop());

  async function run(more: Partial<RunInstancesCommandInput> = {}): Promise<Instance[]> {
    const { Instances = [] } = await c.client.send(
      new RunInstancesCommand({ ImageId: AMI, MinCount: 1, MaxCount: 1, ...more }),
    );
    return Instances;
  }

  async function states(...ids: string[]): Promise<(string | undefined)[]> {
    const { Reservations = [] } = await c.client.send(
      new DescribeInstancesCommand(ids.length > 0 ? { InstanceIds: ids } : {}),
    );
    return Reservations.flatMap(({ Instances = [] }) => Instances).map(({ State }) => State?.Name);
  }

  it("boot in 45 to 180 seconds, with different times that are the same in every cloud", async () => {
    const boots = Array.from({ length: 200 }, () => c.store.bootMs() / 1000);
    expect(Math.min(...boots)).to.be.within(45, 60);
    expect(Math.max(...boots)).to.be.within(165, 180);
    const other = await Ec2Cloud.start();
    const again = Array.from({ length: 200 }, () => other.store.bootMs() / 1000);
    await other.stop();
    expect(again).to.deep.equal(boots);
  });

  it("start from the image of a public AWS parameter, always the same one", async () => {
    const arm = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64";
    const [first] = await run({ ImageId: arm, InstanceType: "t4g.small" });
    const [again] = await run({ ImageId: arm, InstanceType: "t4g.small" });
    const [other] = await run({ ImageId: arm.replace("arm64", "x86_64") });
    expect(first.ImageId).to.match(/^ami-0[0-9a-f]{16}$/);
    expect([again.ImageId === first.ImageId, other.ImageId === first.ImageId]).to.deep.equal([
      true,
      false,
    ]);
    await expectAwsError(run({ ImageId: "resolve:ssm:/mine" }), "InvalidParameterValue");
  });

  it("are pending, run, shut down, and are shown for an hour after their termination", async () => {
    c.store.bootMs = () => 60_000;
    const [{ InstanceId = "", State, PrivateIpAddress }] = await run();
    expect(State).to.deep.equal({ Name: "pending", Code: 0 });
    expect(PrivateIpAddress).to.equal("127.0.0.1");
    await c.seconds(59);
    expect(await states()).to.deep.equal(["pending"]);
    await expectAwsError(
      c.client.send(new StopInstancesCommand({ InstanceIds: [InstanceId] })),
      "IncorrectInstanceState",
      `Instance '${InstanceId}' cannot be stopped as it has never reached the 'running' state.`,
    );
    await c.seconds(1);
    expect(await states()).to.deep.equal(["running"]);
    const { TerminatingInstances = [] } = await c.client.send(
      new TerminateInstancesCommand({ InstanceIds: [InstanceId] }),
    );
    expect(TerminatingInstances[0]).to.deep.include({
      PreviousState: { Name: "running", Code: 16 },
      CurrentState: { Name: "shutting-down", Code: 32 },
    });
    await c.seconds(30);
    expect(await states()).to.deep.equal(["terminated"]);
    await c.seconds(3600);
    await expectAwsError(
      states(InstanceId),
      "InvalidInstanceID.NotFound",
      `The instance ID '${InstanceId}' does not exist`,
    );
  });

  it("start once for one client token, and are found by state, tag and subnet", async () => {
    const input = {
      ClientToken: "once",
      MaxCount: 2,
      TagSpecifications: [
        { ResourceType: "instance" as const, Tags: [{ Key: "app", Value: "web" }] },
      ],
    };
    const first = await run(input);
    const again = await run(input);
    expect(again.map(({ InstanceId }) => InstanceId)).to.deep.equal(
      first.map(({ InstanceId }) => InstanceId),
    );
    await expectAwsError(run({ ...input, MaxCount: 3 }), "IdempotentParameterMismatch");
    await run();
    const { Reservations = [] } = await c.client.send(
      new DescribeInstancesCommand({
        Filters: [
          { Name: "instance-state-name", Values: ["pending", "running"] },
          { Name: "tag:app", Values: ["web"] },
          { Name: "subnet-id", Values: [first[0].SubnetId ?? ""] },
        ],
      }),
    );
    expect(Reservations.map(({ Instances }) => Instances?.length)).to.deep.equal([2]);
  });

  it("use a launch template, whose members the request overrides", async () => {
    await c.client.send(new CreateKeyPairCommand({ KeyName: "one", KeyType: "ed25519" }));
    const { LaunchTemplate } = await c.client.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: "web",
        LaunchTemplateData: { ImageId: AMI, InstanceType: "t3.micro", KeyName: "one" },
      }),
    );
    const LaunchTemplateId = LaunchTemplate?.LaunchTemplateId ?? "";
    await c.client.send(
      new CreateLaunchTemplateVersionCommand({
        LaunchTemplateName: "web",
        SourceVersion: "1",
        LaunchTemplateData: { InstanceType: "t3.large" },
      }),
    );
    const type = async (Version?: string, more: Partial<RunInstancesCommandInput> = {}) => {
      const LaunchTemplate = { LaunchTemplateName: "web", Version };
      const [{ InstanceType, KeyName }] = await run({
        ImageId: undefined,
        LaunchTemplate,
        ...more,
      });
      return `${InstanceType} ${KeyName}`;
    };
    expect(await type()).to.equal("t3.micro one");
    expect(await type("$Latest")).to.equal("t3.large one");
    expect(await type("$Latest", { InstanceType: "m5.large" })).to.equal("m5.large one");
    await c.client.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId, DefaultVersion: "2" }));
    expect(await type()).to.equal("t3.large one");
    const { LaunchTemplateVersions = [] } = await c.client.send(
      new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: ["$Default"] }),
    );
    expect(LaunchTemplateVersions[0]).to.deep.include({ VersionNumber: 2, DefaultVersion: true });
    await expectAwsError(type("7"), "InvalidLaunchTemplateId.VersionNotFound");
    await c.client.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId }));
    await expectAwsError(
      c.client.send(new DescribeLaunchTemplatesCommand({ LaunchTemplateNames: ["web"] })),
      "InvalidLaunchTemplateName.NotFoundException",
    );
    await expectAwsError(type(), "InvalidLaunchTemplateName.NotFoundException");
  });

  it("do not start with missing references or without permission", async () => {
    await expectAwsError(run({ SubnetId: "subnet-0" }), "InvalidSubnetID.NotFound");
    await expectAwsError(run({ ImageId: "image" }), "InvalidAMIID.Malformed");
    await expectAwsError(run({ SecurityGroupIds: ["sg-0"] }), "InvalidGroup.NotFound");
    await expectAwsError(run({ MinCount: 2 }), "InvalidParameterValue");
    const NetworkInterfaces = [{ DeviceIndex: 0 }];
    await expectAwsError(run({ NetworkInterfaces }), "NotImplemented");
    await c.launchTemplate("two", { NetworkInterfaces });
    const LaunchTemplate = { LaunchTemplateName: "two" };
    await expectAwsError(run({ ImageId: undefined, LaunchTemplate }), "NotImplemented");
    const credentials = await roleSession(c.cloud, "watcher", [
      { Effect: "Allow", Action: "ec2:DescribeInstances", Resource: "*" },
    ]);
    const watcher = new EC2Client({ ...connection(c.cloud), credentials });
    await watcher.send(new DescribeInstancesCommand({}));
    await expectAwsError(
      watcher.send(new RunInstancesCommand({ ImageId: AMI, MinCount: 1, MaxCount: 1 })),
      "UnauthorizedOperation",
    );
    watcher.destroy();
    expect(await states()).to.deep.equal([]);
  });
});
