import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteTagsCommand,
  DeleteVpcCommand,
  DescribeAvailabilityZonesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  ModifySubnetAttributeCommand,
  ModifyVpcAttributeCommand,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { expectAwsError } from "../../support/expectAwsError";
import { Ec2Cloud } from "./ec2Cloud";

describe("EC2 networks", () => {
  let c: Ec2Cloud;
  before(async () => (c = await Ec2Cloud.start()));
  after(() => c.stop());

  async function createVpc(): Promise<string> {
    const { Vpc } = await c.client.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
    return Vpc?.VpcId ?? "";
  }

  it("initially contain a default VPC, a subnet in each zone and a security group", async () => {
    const byDefault = { Filters: [{ Name: "is-default", Values: ["true"] }] };
    const { Vpcs = [] } = await c.client.send(new DescribeVpcsCommand(byDefault));
    expect(Vpcs.map(({ CidrBlock }) => CidrBlock)).to.deep.equal(["172.31.0.0/16"]);
    const ofVpc = { Filters: [{ Name: "vpc-id", Values: [Vpcs[0].VpcId ?? ""] }] };
    const { Subnets = [] } = await c.client.send(new DescribeSubnetsCommand(ofVpc));
    expect(Subnets.map(({ AvailabilityZone }) => AvailabilityZone)).to.have.members([
      "us-east-1a",
      "us-east-1b",
      "us-east-1c",
    ]);
    const { SecurityGroups = [] } = await c.client.send(new DescribeSecurityGroupsCommand(ofVpc));
    expect(SecurityGroups.map(({ GroupName }) => GroupName)).to.deep.equal(["default"]);
    const zones = await c.client.send(new DescribeAvailabilityZonesCommand({}));
    expect(zones.AvailabilityZones?.map(({ ZoneId }) => ZoneId)).to.deep.equal([
      "use1-az1",
      "use1-az2",
      "use1-az3",
    ]);
  });

  it("contain VPCs with attributes and tags, found by them and deleted only when empty", async () => {
    const VpcId = await createVpc();
    await c.client.send(
      new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }),
    );
    const { EnableDnsHostnames } = await c.client.send(
      new DescribeVpcAttributeCommand({ VpcId, Attribute: "enableDnsHostnames" }),
    );
    expect(EnableDnsHostnames).to.deep.equal({ Value: true });
    const Tags = [{ Key: "team", Value: "blue" }];
    await c.client.send(new CreateTagsCommand({ Resources: [VpcId], Tags }));
    const find = async () => {
      const Filters = [{ Name: "tag:team", Values: ["bl*"] }];
      const { Vpcs = [] } = await c.client.send(new DescribeVpcsCommand({ Filters }));
      return Vpcs.map((vpc) => vpc.VpcId);
    };
    expect(await find()).to.deep.equal([VpcId]);
    await c.client.send(new DeleteTagsCommand({ Resources: [VpcId], Tags: [{ Key: "team" }] }));
    expect(await find()).to.deep.equal([]);
    const { Subnet } = await c.client.send(
      new CreateSubnetCommand({ VpcId, CidrBlock: "10.0.1.0/24" }),
    );
    const SubnetId = Subnet?.SubnetId ?? "";
    await c.client.send(
      new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: true } }),
    );
    const { Subnets = [] } = await c.client.send(
      new DescribeSubnetsCommand({ SubnetIds: [SubnetId] }),
    );
    expect(Subnets[0]).to.deep.include({ MapPublicIpOnLaunch: true, AvailableIpAddressCount: 251 });
    const remove = () => c.client.send(new DeleteVpcCommand({ VpcId }));
    await expectAwsError(
      remove(),
      "DependencyViolation",
      `The vpc '${VpcId}' has dependencies and cannot be deleted.`,
    );
    await c.client.send(new DeleteSubnetCommand({ SubnetId }));
    await remove();
    await expectAwsError(
      c.client.send(new DescribeVpcsCommand({ VpcIds: [VpcId] })),
      "InvalidVpcID.NotFound",
      `The vpc ID '${VpcId}' does not exist`,
    );
  });

  it("contain security groups whose rules can be added and removed", async () => {
    const VpcId = await createVpc();
    const group = { GroupName: "web", Description: "of web", VpcId };
    const { GroupId } = await c.client.send(new CreateSecurityGroupCommand(group));
    await expectAwsError(
      c.client.send(new CreateSecurityGroupCommand(group)),
      "InvalidGroup.Duplicate",
    );
    const rule = {
      GroupId,
      IpPermissions: [
        { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "10.0.0.0/8" }] },
      ],
    };
    const rules = async () => {
      const { SecurityGroups = [] } = await c.client.send(
        new DescribeSecurityGroupsCommand({ GroupIds: [GroupId ?? ""] }),
      );
      return SecurityGroups[0].IpPermissions?.map(({ FromPort }) => FromPort);
    };
    await c.client.send(new AuthorizeSecurityGroupIngressCommand(rule));
    expect(await rules()).to.deep.equal([22]);
    await expectAwsError(
      c.client.send(new AuthorizeSecurityGroupIngressCommand(rule)),
      "InvalidPermission.Duplicate",
    );
    await c.client.send(new RevokeSecurityGroupIngressCommand(rule));
    expect(await rules()).to.deep.equal([]);
    await expectAwsError(
      c.client.send(new RevokeSecurityGroupIngressCommand(rule)),
      "InvalidPermission.NotFound",
    );
    await c.client.send(new DeleteSecurityGroupCommand({ GroupId }));
    await expectAwsError(
      c.client.send(new DeleteSecurityGroupCommand({ GroupId })),
      "InvalidGroup.NotFound",
    );
    await c.client.send(new DeleteVpcCommand({ VpcId }));
  });

  it("refuse invalid blocks and zones", async () => {
    await expectAwsError(
      c.client.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/8" })),
      "InvalidVpc.Range",
    );
    const VpcId = await createVpc();
    await expectAwsError(
      c.client.send(
        new CreateSubnetCommand({
          VpcId,
          CidrBlock: "10.0.1.0/24",
          AvailabilityZone: "us-east-1z",
        }),
      ),
      "InvalidParameterValue",
    );
    await expectAwsError(
      c.client.send(
        new CreateVpcCommand({
          CidrBlock: "10.0.0.0/16",
          TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "a", Value: "1" }] }],
        }),
      ),
      "InvalidParameterValue",
    );
  });
});
