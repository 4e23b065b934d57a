import {
  AutoScalingClient,
  CreateOrUpdateTagsCommand,
  DeleteAutoScalingGroupCommand,
  DeleteLifecycleHookCommand,
  DeleteTagsCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DescribeLifecycleHooksCommand,
  DescribeScalingActivitiesCommand,
  DescribeTagsCommand,
  PutLifecycleHookCommand,
  ResumeProcessesCommand,
  SetDesiredCapacityCommand,
  SetInstanceProtectionCommand,
  SuspendProcessesCommand,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { CloudWatchClient, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import {
  CreateImageCommand,
  CreateSubnetCommand,
  DeregisterImageCommand,
  DescribeInstancesCommand,
  DescribeVpcsCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { expect } from "chai";
import type { GroupLoad } from "../../../core/load";
import { expectAwsError } from "../../support/expectAwsError";
import { roleSession } from "../../support/roleSession";
import { AMI, connection } from "../ec2/ec2Cloud";
import { GroupsCloud, NAME } from "./groupsCloud";

const IN_SERVICE = "InService";

describe("Auto Scaling groups", () => {
  let c: GroupsCloud;
  beforeEach(async () => (c = await GroupsCloud.start()));
  afterEach(() => c.stop());

  const terminate = (InstanceId: string, ShouldDecrementDesiredCapacity: boolean) =>
    c.client.send(
      new TerminateInstanceInAutoScalingGroupCommand({
        InstanceId,
        ShouldDecrementDesiredCapacity,
      }),
    );

  it("start the desired instances across their zones, in service once booted", async () => {
    await c.create({ DesiredCapacity: 3 });
    await c.seconds(1);
    expect(await c.states()).to.deep.equal(["Pending", "Pending", "Pending"]);
    await c.seconds(60);
    expect(await c.states()).to.deep.equal([IN_SERVICE, IN_SERVICE, IN_SERVICE]);
    const group = await c.group();
    const zones = group?.Instances?.map(({ AvailabilityZone }) => AvailabilityZone).sort();
    expect(zones).to.deep.equal(["us-east-1a", "us-east-1a", "us-east-1b"]);
    expect(group).to.deep.include({ MinSize: 0, MaxSize: 6, DesiredCapacity: 3 });
    expect(group?.AutoScalingGroupARN).to.match(
      /^arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:[0-9a-f-]{36}:autoScalingGroupName\/web$/,
    );
  });

  it("terminate unprotected instances when they shrink, oldest first in the zone with the most", async () => {
    await c.create({ DesiredCapacity: 3 });
    await c.seconds(61);
    const [first, second, third] = await c.ids();
    const protect = { ...NAME, InstanceIds: [first], ProtectedFromScaleIn: true };
    await c.client.send(new SetInstanceProtectionCommand(protect));
    await c.setDesired(2);
    await c.seconds(1);
    expect(await c.states()).to.deep.equal([IN_SERVICE, IN_SERVICE, "Terminating"]);
    await c.seconds(30);
    expect(await c.ids()).to.deep.equal([first, second]);
    await c.setDesired(0);
    await c.seconds(40);
    expect(await c.ids(), `${third} went first`).to.deep.equal([first]);
  });

  it("terminate an instance by id despite its protection, with or without a replacement", async () => {
    await c.create({ DesiredCapacity: 2, MinSize: 1, NewInstancesProtectedFromScaleIn: true });
    await c.seconds(61);
    const [first, second] = await c.ids();
    const { Activity } = await terminate(first, true);
    expect(Activity?.Description).to.equal(`Terminating EC2 instance: ${first}`);
    expect((await c.group())?.DesiredCapacity).to.equal(1);
    await c.seconds(120);
    expect(await c.ids()).to.deep.equal([second]);
    await expectAwsError(
      terminate(second, true),
      "ValidationError",
      "Currently, desiredSize equals minSize (1). Terminating instance without replacement will " +
        "violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to " +
        "false or lower group's min size.",
    );
    await terminate(second, false);
    await c.seconds(120);
    const ids = await c.ids();
    expect(ids).to.have.length(1);
    expect(ids).not.to.include(second);
    await expectAwsError(
      terminate(first, false),
      "ValidationError",
      `Instance Id not found - No managed instance found for instance ID: ${first}`,
    );
  });

  it("replace an instance that was terminated from outside", async () => {
    await c.create({ DesiredCapacity: 1 });
    await c.seconds(61);
    const [id] = await c.ids();
    await c.ec2.client.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    await c.seconds(100);
    const ids = await c.ids();
    expect(ids).to.have.length(1);
    expect(ids).not.to.include(id);
    expect(await c.states()).to.deep.equal([IN_SERVICE]);
  });

  it("adjust the desired capacity to their bounds, and refuse one outside of them", async () => {
    await c.create({ DesiredCapacity: 1 });
    const update = (more: object) =>
      c.client.send(new UpdateAutoScalingGroupCommand({ ...NAME, ...more }));
    await update({ MinSize: 2 });
    expect((await c.group())?.DesiredCapacity).to.equal(2);
    await update({ MinSize: 0, MaxSize: 1 });
    expect((await c.group())?.DesiredCapacity).to.equal(1);
    await expectAwsError(
      c.setDesired(2),
      "ValidationError",
      "New SetDesiredCapacity value 2 is above max value 1 for the AutoScalingGroup.",
    );
    await update({ MinSize: 1 });
    await expectAwsError(
      c.setDesired(0),
      "ValidationError",
      "New SetDesiredCapacity value 0 is below min value 1 for the AutoScalingGroup.",
    );
    await expectAwsError(update({ MinSize: 3 }), "ValidationError");
  });

  it("respect their cooldown on request", async () => {
    await c.create({ DesiredCapacity: 1, DefaultCooldown: 120 });
    await c.seconds(61);
    const honouring = () =>
      c.client.send(
        new SetDesiredCapacityCommand({ ...NAME, DesiredCapacity: 2, HonorCooldown: true }),
      );
    await expectAwsError(honouring(), "ScalingActivityInProgressFault");
    await c.seconds(120);
    await honouring();
    expect((await c.group())?.DesiredCapacity).to.equal(2);
  });

  it("do nothing while a process is suspended", async () => {
    await c.create();
    const ScalingProcesses = ["Launch"];
    await c.client.send(new SuspendProcessesCommand({ ...NAME, ScalingProcesses }));
    await c.setDesired(1);
    await c.seconds(600);
    expect(await c.ids()).to.deep.equal([]);
    await c.client.send(new ResumeProcessesCommand({ ...NAME, ScalingProcesses }));
    await c.seconds(61);
    expect(await c.states()).to.deep.equal([IN_SERVICE]);
    await expectAwsError(
      c.client.send(new SuspendProcessesCommand({ ...NAME, ScalingProcesses: ["Nothing"] })),
      "ValidationError",
    );
  });

  it("report a launch that failed without a free address, and without an instance", async () => {
    const { Vpcs = [] } = await c.ec2.client.send(new DescribeVpcsCommand({}));
    // Sixteen addresses, five of which AWS reserves.
    const place = { VpcId: Vpcs[0]?.VpcId, CidrBlock: "172.31.240.0/28" };
    const { Subnet } = await c.ec2.client.send(new CreateSubnetCommand(place));
    const VPCZoneIdentifier = Subnet?.SubnetId;
    await c.create({ AvailabilityZones: undefined, VPCZoneIdentifier, MaxSize: 12 });
    await c.setDesired(12);
    await c.seconds(5);
    expect(await c.ids()).to.have.length(11);
    const command = new DescribeScalingActivitiesCommand(NAME);
    const { Activities = [] } = await c.client.send(command);
    const reason =
      `There are not enough free addresses in subnet '${VPCZoneIdentifier}' to satisfy the ` +
      "requested number of instances. Launching EC2 instance failed.";
    expect(Activities[0]).to.deep.include({
      StatusCode: "Failed",
      StatusMessage: reason,
      Description: `Launching a new EC2 instance.  Status Reason: ${reason}`,
    });
  });

  it("report a launch that failed because its image was deregistered", async () => {
    const ec2 = c.ec2.client;
    const instance = { ImageId: AMI, InstanceType: "t3.micro" as const, MinCount: 1, MaxCount: 1 };
    const { Instances: [made] = [] } = await ec2.send(new RunInstancesCommand(instance));
    const image = { InstanceId: made.InstanceId, Name: "web" };
    const { ImageId } = await ec2.send(new CreateImageCommand(image));
    await c.ec2.launchTemplate("own", { ImageId });
    await c.create({ LaunchTemplate: { LaunchTemplateName: "own" } });
    await ec2.send(new DeregisterImageCommand({ ImageId }));
    await c.setDesired(1);
    await c.seconds(5);
    expect(await c.ids()).to.deep.equal([]);
    const command = new DescribeScalingActivitiesCommand(NAME);
    const { Activities = [] } = await c.client.send(command);
    expect(Activities[0]).to.deep.include({
      StatusCode: "Failed",
      StatusMessage: `The image id '[${ImageId}]' does not exist. Launching EC2 instance failed.`,
    });
  });

  it("are deleted when empty, or by force with their instances", async () => {
    await c.create({ DesiredCapacity: 1 });
    await c.seconds(61);
    const remove = (ForceDelete: boolean) =>
      c.client.send(new DeleteAutoScalingGroupCommand({ ...NAME, ForceDelete }));
    await expectAwsError(remove(false), "ResourceInUseFault");
    await remove(true);
    expect((await c.group())?.Status).to.equal("Delete in progress");
    await expectAwsError(c.setDesired(2), "ValidationError", "AutoScalingGroup is pending delete.");
    await c.seconds(60);
    expect(await c.group()).to.equal(undefined);
    await c.create();
    await remove(false);
    expect(await c.group()).to.equal(undefined);
    await expectAwsError(remove(false), "ValidationError");
  });

  it("propagate their tags to instances, with the group's name", async () => {
    const tag = { ResourceId: "web", ResourceType: "auto-scaling-group" };
    await c.create({
      DesiredCapacity: 1,
      Tags: [
        { ...tag, Key: "app", Value: "web", PropagateAtLaunch: true },
        { ...tag, Key: "team", Value: "blue", PropagateAtLaunch: false },
      ],
    });
    await c.seconds(1);
    const { Reservations = [] } = await c.ec2.client.send(new DescribeInstancesCommand({}));
    expect(Reservations[0].Instances?.[0].Tags).to.deep.equal([
      { Key: "app", Value: "web" },
      { Key: "aws:autoscaling:groupName", Value: "web" },
    ]);
    await c.client.send(
      new CreateOrUpdateTagsCommand({
        Tags: [{ ...tag, Key: "AmazonECSManaged", Value: "", PropagateAtLaunch: true }],
      }),
    );
    await c.client.send(new DeleteTagsCommand({ Tags: [{ ...tag, Key: "team" }] }));
    const { Tags = [] } = await c.client.send(
      new DescribeTagsCommand({ Filters: [{ Name: "auto-scaling-group", Values: ["web"] }] }),
    );
    expect(Tags.map(({ Key }) => Key)).to.deep.equal(["app", "AmazonECSManaged"]);
  });

  it("store lifecycle hooks, and list instances and activities", async () => {
    await c.create({ DesiredCapacity: 1 });
    const LifecycleHookName = "attach";
    await c.client.send(
      new PutLifecycleHookCommand({
        ...NAME,
        LifecycleHookName,
        LifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
        HeartbeatTimeout: 60,
      }),
    );
    const { LifecycleHooks = [] } = await c.client.send(new DescribeLifecycleHooksCommand(NAME));
    expect(LifecycleHooks[0]).to.deep.include({ HeartbeatTimeout: 60, DefaultResult: "ABANDON" });
    await c.client.send(new DeleteLifecycleHookCommand({ ...NAME, LifecycleHookName }));
    await c.seconds(61);
    const { AutoScalingInstances = [] } = await c.client.send(
      new DescribeAutoScalingInstancesCommand({}),
    );
    expect(AutoScalingInstances[0]).to.deep.include({
      AutoScalingGroupName: "web",
      LifecycleState: IN_SERVICE,
      HealthStatus: "HEALTHY",
      InstanceType: "t3.micro",
    });
    const { Activities = [] } = await c.client.send(new DescribeScalingActivitiesCommand(NAME));
    expect(Activities.map(({ StatusCode, Progress }) => [StatusCode, Progress])).to.deep.equal([
      ["Successful", 100],
    ]);
    expect(Activities[0].Cause).to.match(/increasing the capacity from 0 to 1\.$/);
  });

  it("report the simulated load of their in-service instances", async () => {
    await c.create({ DesiredCapacity: 2 });
    c.ec2.cloud.load({ autoScalingGroup: "web", cpuPercent: 70 });
    await c.seconds(240);
    const { endpoint } = c.ec2.cloud;
    const cloudwatch = new CloudWatchClient({ ...connection(c.ec2.cloud), endpoint });
    const now = c.ec2.cloud.clock.now();
    const { Datapoints = [] } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: "AWS/EC2",
        MetricName: "CPUUtilization",
        Dimensions: [{ Name: "AutoScalingGroupName", Value: "web" }],
        StartTime: new Date(now - 120_000),
        EndTime: new Date(now),
        Period: 60,
        Statistics: ["Average", "SampleCount"],
      }),
    );
    cloudwatch.destroy();
    expect(Datapoints).to.have.length.within(1, 2);
    for (const point of Datapoints) expect(point).to.deep.include({ Average: 70, SampleCount: 2 });
    const load = (given: object) => () => c.ec2.cloud.load(given as GroupLoad);
    expect(load({ autoScalingGroup: "wbe", cpuPercent: 1 })).to.throw(
      "There is no Auto Scaling group 'wbe' in us-east-1; there is: web.",
    );
    expect(load({ autoScalingGroup: "web", cpuPercent: "1" })).to.throw(/must be a percentage/);
    expect(load({ autoScalingGroup: "web", cluster: "main" })).to.throw(
      "'load' takes no such fields together; it takes",
    );
  });

  it("refuse pages that are too long, in every list", async () => {
    const MaxRecords = 101;
    const send = c.client.send.bind(c.client);
    await expectAwsError(
      send(new DescribeAutoScalingGroupsCommand({ MaxRecords })),
      "ValidationError",
    );
    await expectAwsError(
      send(new DescribeAutoScalingInstancesCommand({ MaxRecords })),
      "ValidationError",
    );
    await expectAwsError(
      send(new DescribeScalingActivitiesCommand({ MaxRecords })),
      "ValidationError",
    );
  });

  it("refuse missing objects, unsupported options and unknown callers", async () => {
    await expectAwsError(
      c.create({ LaunchTemplate: { LaunchTemplateName: "none" } }),
      "ValidationError",
    );
    await expectAwsError(c.create({ VPCZoneIdentifier: "subnet-0" }), "ValidationError");
    await expectAwsError(
      c.create({ AvailabilityZones: undefined }),
      "ValidationError",
      "At least one Availability Zone or VPC Subnet is required.",
    );
    await expectAwsError(c.create({ DesiredCapacity: 7 }), "ValidationError");
    const LaunchTemplateSpecification = { LaunchTemplateName: "web" };
    const MixedInstancesPolicy = { LaunchTemplate: { LaunchTemplateSpecification } };
    await expectAwsError(c.create({ MixedInstancesPolicy }), "NotImplemented");
    await c.create();
    await expectAwsError(c.create(), "AlreadyExistsFault");
    const credentials = await roleSession(c.ec2.cloud, "scaler", [
      {
        Effect: "Allow",
        Action: "autoscaling:SetDesiredCapacity",
        Resource: "arn:aws:autoscaling:*:*:autoScalingGroup:*:autoScalingGroupName/web",
      },
    ]);
    const scaler = new AutoScalingClient({ ...connection(c.ec2.cloud), credentials });
    const set = (AutoScalingGroupName: string) =>
      scaler.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 1 }));
    await set("web");
    await expectAwsError(set("other"), "AccessDenied");
    scaler.destroy();
  });
});
