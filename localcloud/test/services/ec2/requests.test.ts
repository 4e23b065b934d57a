import {
  CreateSecurityGroupCommand,
  CreateVpcCommand,
  DescribeAvailabilityZonesCommand,
  type DescribeAvailabilityZonesCommandInput,
  DescribeInstancesCommand,
  DescribeInstanceStatusCommand,
  type DescribeInstanceStatusCommandInput,
  DescribeInstanceTypesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVpcsCommand,
  EC2Client,
  type Filter,
  ModifyInstanceAttributeCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { expectAwsError } from "../../support/expectAwsError";
import { roleSession } from "../../support/roleSession";
import { AMI, connection, Ec2Cloud } from "./ec2Cloud";

describe("EC2 requests", () => {
  let c: Ec2Cloud;
  let id = "";
  before(async () => {
    c = await Ec2Cloud.start();
    const { Instances: [one] = [] } = await run({
      InstanceType: "t3.micro",
      TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "path", Value: "a*b" }] }],
    });
    id = one.InstanceId ?? "";
  });
  after(() => c.stop());

  function run(more: Partial<RunInstancesCommandInput> = {}) {
    return c.client.send(
      new RunInstancesCommand({ ImageId: AMI, MinCount: 1, MaxCount: 1, ...more }),
    );
  }

  async function find(...Filters: Filter[]): Promise<(string | undefined)[]> {
    const { Reservations = [] } = await c.client.send(new DescribeInstancesCommand({ Filters }));
    return Reservations.flatMap(({ Instances = [] }) => Instances).map((one) => one.InstanceId);
  }

  it("with DryRun only tell whether the caller may make them", async () => {
    const DryRun = true;
    const message = "Request would have succeeded, but DryRun flag is set.";
    const create = new CreateVpcCommand({ CidrBlock: "10.9.0.0/16", DryRun });
    await expectAwsError(c.client.send(create), "DryRunOperation", message);
    await expectAwsError(run({ DryRun }), "DryRunOperation", message);
    await expectAwsError(
      c.client.send(new DescribeVpcsCommand({ DryRun })),
      "DryRunOperation",
      message,
    );
    const { Vpcs } = await c.client.send(new DescribeVpcsCommand({ DryRun: false }));
    expect(Vpcs).to.have.length(1);
    const credentials = await roleSession(c.cloud, "watcher", []);
    const watcher = new EC2Client({ ...connection(c.cloud), credentials });
    await expectAwsError(watcher.send(create), "UnauthorizedOperation");
    watcher.destroy();
  });

  it("find instances by filters on nested members, on the reservation, and on members of another name", async () => {
    const { Reservations: [reservation] = [] } = await c.client.send(
      new DescribeInstancesCommand({ InstanceIds: [id] }),
    );
    const [one] = reservation.Instances ?? [];
    const values = {
      "availability-zone": one.Placement?.AvailabilityZone ?? "",
      tenancy: "default",
      "monitoring-state": "disabled",
      "instance-state-code": "0",
      "ip-address": "127.0.0.1",
      "instance.group-name": "default",
      "reservation-id": reservation.ReservationId ?? "",
      "owner-id": "123456789012",
      "launch-time": `${one.LaunchTime?.toISOString().slice(0, 10)}*`,
      "tag-value": "a?b",
    };
    for (const [Name, value] of Object.entries(values)) {
      expect(await find({ Name, Values: [value] }), Name).to.deep.equal([id]);
      expect(await find({ Name, Values: ["other"] }), Name).to.deep.equal([]);
    }
  });

  it("take a wildcard after a backslash literally", async () => {
    const Name = "tag:path";
    expect(await find({ Name, Values: ["a\\*b"] })).to.deep.equal([id]);
    expect(await find({ Name, Values: ["a\\?b"] })).to.deep.equal([]);
    await expectAwsError(
      find({ Name, Values: ["a\\d"] }),
      "InvalidParameterValue",
      "Invalid filter value: The escape sequence '\\d' is invalid",
    );
  });

  it("with a filter that the operation does not have are refused, and match no resource by mistake", async () => {
    const Filters = [{ Name: "instance-state", Values: ["running"] }];
    for (const command of [
      new DescribeInstancesCommand({ Filters }),
      new DescribeSubnetsCommand({ Filters }),
      new DescribeAvailabilityZonesCommand({ Filters }),
      new DescribeInstanceTypesCommand({ Filters }),
    ])
      await expectAwsError(
        // The client's `send` is overloaded by command.
        c.client.send(command as DescribeInstancesCommand),
        "InvalidParameterValue",
        "The filter 'instance-state' is invalid",
      );
  });

  it("select instance types and zones by their filters, and zones by name", async () => {
    const types = await c.client.send(
      new DescribeInstanceTypesCommand({
        Filters: [
          { Name: "processor-info.supported-architecture", Values: ["arm64"] },
          { Name: "vcpu-info.default-vcpus", Values: ["2"] },
          { Name: "supported-usage-class", Values: ["spot"] },
          { Name: "instance-type", Values: ["c*"] },
        ],
      }),
    );
    const names = types.InstanceTypes?.map(({ InstanceType }) => InstanceType).sort();
    expect(names).to.deep.equal(["c6g.large", "c7g.large"]);
    const zones = async (input: DescribeAvailabilityZonesCommandInput) =>
      (await c.client.send(new DescribeAvailabilityZonesCommand(input))).AvailabilityZones?.map(
        ({ ZoneName }) => ZoneName,
      );
    expect(await zones({ ZoneNames: ["us-east-1b"] })).to.deep.equal(["us-east-1b"]);
    expect(await zones({ ZoneIds: ["use1-az3"] })).to.deep.equal(["us-east-1c"]);
    expect(await zones({ Filters: [{ Name: "zone-name", Values: ["*a", "*b"] }] })).to.have.length(
      2,
    );
    await expectAwsError(
      zones({ ZoneNames: ["us-east-1z"] }),
      "InvalidParameterValue",
      "Invalid availability zone: [us-east-1z]",
    );
  });

  it("find security groups by their rules", async () => {
    const found = async (Name: string, value: string) =>
      (
        await c.client.send(
          new DescribeSecurityGroupsCommand({ Filters: [{ Name, Values: [value] }] }),
        )
      ).SecurityGroups?.length;
    expect(await found("egress.ip-permission.cidr", "0.0.0.0/0")).to.equal(1);
    expect(await found("ip-permission.cidr", "0.0.0.0/0")).to.equal(0);
    expect(await found("ip-permission.protocol", "-1")).to.equal(1);
  });

  it("name instances by a valid id, and either ids or a page", async () => {
    const describe = (input: object) => c.client.send(new DescribeInstancesCommand(input));
    await expectAwsError(
      describe({ InstanceIds: ["i-nonsense"] }),
      "InvalidInstanceID.Malformed",
      'Invalid id: "i-nonsense"',
    );
    await expectAwsError(
      describe({ InstanceIds: [id], MaxResults: 5 }),
      "InvalidParameterCombination",
      "The parameter instancesSet cannot be used with the parameter maxResults",
    );
    await expectAwsError(
      run({ ImageId: undefined }),
      "MissingParameter",
      "The request must contain the parameter ImageId",
    );
    await expectAwsError(run({ PrivateIpAddress: "172.31.0.9" }), "NotImplemented");
  });

  it("start instances with security groups of the default VPC by name", async () => {
    const { GroupId } = await c.client.send(
      new CreateSecurityGroupCommand({ GroupName: "web", Description: "web" }),
    );
    const { Instances: [one] = [] } = await run({ SecurityGroups: ["web"] });
    expect(one.SecurityGroups).to.deep.equal([{ GroupId, GroupName: "web" }]);
    await expectAwsError(run({ SecurityGroups: ["none"] }), "InvalidGroup.NotFound");
    await expectAwsError(
      run({ SecurityGroups: ["web"], SubnetId: one.SubnetId }),
      "InvalidParameterCombination",
      "The parameter groupName cannot be used with the parameter subnet",
    );
  });

  it("do not terminate an instance with termination protection until that is removed", async () => {
    const { Instances: [one] = [] } = await run({ DisableApiTermination: true });
    const InstanceId = one.InstanceId ?? "";
    const terminate = () =>
      c.client.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
    await expectAwsError(
      terminate(),
      "OperationNotPermitted",
      `The instance '${InstanceId}' may not be terminated. Modify its 'disableApiTermination' instance attribute and ` +
        "try again.",
    );
    await c.client.send(
      new ModifyInstanceAttributeCommand({ InstanceId, DisableApiTermination: { Value: false } }),
    );
    const { TerminatingInstances: [ended] = [] } = await terminate();
    expect(ended.CurrentState?.Name).to.equal("shutting-down");
  });

  it("show the status checks of running instances, and those of others if all are included", async () => {
    const statuses = async (input: DescribeInstanceStatusCommandInput) =>
      (await c.client.send(new DescribeInstanceStatusCommand(input))).InstanceStatuses ?? [];
    const [pending] = await statuses({ InstanceIds: [id], IncludeAllInstances: true });
    expect(pending.InstanceStatus).to.deep.equal({ Status: "not-applicable" });
    expect(await statuses({ InstanceIds: [id] })).to.deep.equal([]);
    await c.seconds(180);
    const passed = [{ Name: "instance-status.reachability", Values: ["passed"] }];
    const [running] = await statuses({ InstanceIds: [id], Filters: passed });
    expect(running).to.deep.include({
      InstanceId: id,
      InstanceState: { Code: 16, Name: "running" },
      SystemStatus: { Status: "ok", Details: [{ Name: "reachability", Status: "passed" }] },
    });
    const failed = [{ Name: "system-status.reachability", Values: ["failed"] }];
    expect(await statuses({ Filters: failed })).to.deep.equal([]);
  });

  it("list the tags of resources, by type, resource, key and value", async () => {
    const tags = async (...filters: [string, string][]) =>
      (
        await c.client.send(
          new DescribeTagsCommand({
            Filters: filters.map(([Name, value]) => ({ Name, Values: [value] })),
          }),
        )
      ).Tags;
    const own = { ResourceId: id, ResourceType: "instance", Key: "path", Value: "a*b" };
    expect(await tags(["resource-id", id], ["key", "path"])).to.deep.equal([own]);
    expect(await tags(["resource-type", "instance"], ["key", "path"])).to.deep.equal([own]);
    expect(await tags(["tag:path", "a?b"])).to.deep.equal([own]);
    expect(await tags(["resource-type", "vpc"])).to.deep.equal([]);
    expect(await tags(["value", "other"])).to.deep.equal([]);
  });
});
