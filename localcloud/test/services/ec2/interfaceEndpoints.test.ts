import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  type CreateVpcEndpointCommandInput,
  DeleteNetworkInterfaceCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteVpcEndpointsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DetachNetworkInterfaceCommand,
  ModifyVpcAttributeCommand,
  ModifyVpcEndpointCommand,
  type ModifyVpcEndpointCommandInput,
  type NetworkInterface,
  type VpcEndpoint,
} from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { expectAwsError } from "../../support/expectAwsError";
import { Ec2Cloud } from "./ec2Cloud";

const SECRETS = "com.amazonaws.us-east-1.secretsmanager";

describe("EC2 interface endpoints", () => {
  let c: Ec2Cloud;
  let VpcId: string;
  /** Two subnets in zone a and one in zone b. */
  let subnets: string[];
  let group: string;
  before(async () => {
    c = await Ec2Cloud.start();
    const { Vpc } = await c.client.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
    VpcId = Vpc?.VpcId ?? "";
    const ids = ["a", "a", "b"].map(async (zone, index) => {
      const AvailabilityZone = `us-east-1${zone}`;
      const input = { VpcId, CidrBlock: `10.0.${index}.0/24`, AvailabilityZone };
      return (await c.client.send(new CreateSubnetCommand(input))).Subnet?.SubnetId ?? "";
    });
    subnets = await Promise.all(ids);
    const input = { VpcId, GroupName: "endpoints", Description: "of the endpoints" };
    group = (await c.client.send(new CreateSecurityGroupCommand(input))).GroupId ?? "";
  });
  after(() => c.stop());
  afterEach(async () => {
    const { VpcEndpoints = [] } = await c.client.send(new DescribeVpcEndpointsCommand({}));
    const VpcEndpointIds = VpcEndpoints.map(({ VpcEndpointId = "" }) => VpcEndpointId);
    if (VpcEndpointIds.length > 0)
      await c.client.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds }));
    await names(true);
  });

  const names = (Value: boolean) =>
    c.client.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value } }));

  async function create(more: Partial<CreateVpcEndpointCommandInput> = {}): Promise<VpcEndpoint> {
    await names(true);
    const input = { VpcId, ServiceName: SECRETS, VpcEndpointType: "Interface" as const };
    const { VpcEndpoint = {} } = await c.client.send(
      new CreateVpcEndpointCommand({ ...input, ...more }),
    );
    return VpcEndpoint;
  }
  async function modify(
    { VpcEndpointId }: VpcEndpoint,
    more: Partial<ModifyVpcEndpointCommandInput>,
  ): Promise<VpcEndpoint> {
    await c.client.send(new ModifyVpcEndpointCommand({ VpcEndpointId, ...more }));
    const input = { VpcEndpointIds: [VpcEndpointId ?? ""] };
    const { VpcEndpoints = [] } = await c.client.send(new DescribeVpcEndpointsCommand(input));
    return VpcEndpoints[0];
  }
  async function interfacesOf({ NetworkInterfaceIds = [] }: VpcEndpoint) {
    const input = { NetworkInterfaceIds };
    const { NetworkInterfaces = [] } = await c.client.send(
      new DescribeNetworkInterfacesCommand(input),
    );
    return NetworkInterfaces;
  }
  /** Expects an error whose text includes the given one. */
  async function refused(call: Promise<unknown>, code: string, says: string): Promise<void> {
    let message = "";
    const noted = call.catch((error: Error) => {
      message = error.message;
      throw error;
    });
    await expectAwsError(noted, code);
    expect(message).to.include(says);
  }
  const zonesOf = (found: NetworkInterface[]) => found.map((one) => one.AvailabilityZone).sort();

  it("have a network interface in each subnet, which EC2 manages", async () => {
    const endpoint = await create({
      SubnetIds: [subnets[0], subnets[2]],
      SecurityGroupIds: [group],
    });
    const found = await interfacesOf(endpoint);
    expect(zonesOf(found)).to.deep.equal(["us-east-1a", "us-east-1b"]);
    for (const one of found) {
      expect(one).to.deep.include({
        Description: `VPC Endpoint Interface ${endpoint.VpcEndpointId}`,
        InterfaceType: "vpc_endpoint",
        RequesterManaged: true,
        Status: "in-use",
        Groups: [{ GroupId: group, GroupName: "endpoints" }],
      });
      const { NetworkInterfaceId, Attachment } = one;
      await expectAwsError(
        c.client.send(
          new DetachNetworkInterfaceCommand({ AttachmentId: Attachment?.AttachmentId }),
        ),
        "OperationNotPermitted",
      );
      await expectAwsError(
        c.client.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId })),
        "InvalidParameterValue",
      );
    }
  });

  it("have names for the region and each zone, and the service's own name with private DNS", async () => {
    const SubnetIds = [subnets[0], subnets[2]];
    const endpoint = await create({ SubnetIds });
    const dns = ({ DnsEntries = [] }: VpcEndpoint) => DnsEntries.map((one) => one.DnsName ?? "");
    const id = endpoint.VpcEndpointId ?? "";
    const [regional, a, b, own] = dns(endpoint);
    expect(regional).to.match(
      new RegExp(`^${id}-[0-9a-f]{8}\\.secretsmanager\\.us-east-1\\.vpce\\.amazonaws\\.com$`),
    );
    expect(a).to.equal(regional.replace(".", "-us-east-1a."));
    expect(b).to.equal(regional.replace(".", "-us-east-1b."));
    expect(own).to.equal("secretsmanager.us-east-1.amazonaws.com");
    const plain = await modify(endpoint, { PrivateDnsEnabled: false });
    expect(dns(plain)).to.deep.equal([regional, a, b]);
    const fewer = await modify(plain, { RemoveSubnetIds: [subnets[0]] });
    expect(dns(fewer)).to.deep.equal([regional, b]);
  });

  it("keep their subnets and security groups from being deleted until they are deleted", async () => {
    const [SubnetId] = subnets;
    const { VpcEndpointId = "" } = await create({
      SubnetIds: [SubnetId],
      SecurityGroupIds: [group],
    });
    await expectAwsError(
      c.client.send(new DeleteSubnetCommand({ SubnetId })),
      "DependencyViolation",
    );
    await expectAwsError(
      c.client.send(new DeleteSecurityGroupCommand({ GroupId: group })),
      "DependencyViolation",
    );
    await c.client.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [VpcEndpointId] }));
    const { Subnets = [] } = await c.client.send(
      new DescribeSubnetsCommand({ SubnetIds: [SubnetId] }),
    );
    expect(Subnets[0].AvailableIpAddressCount).to.equal(251);
    const input = { VpcId, CidrBlock: "10.0.9.0/24", AvailabilityZone: "us-east-1c" };
    const other = (await c.client.send(new CreateSubnetCommand(input))).Subnet?.SubnetId ?? "";
    const inOther = await create({ SubnetIds: [other] });
    await modify(inOther, { RemoveSubnetIds: [other], AddSubnetIds: [SubnetId] });
    await c.client.send(new DeleteSubnetCommand({ SubnetId: other }));
  });

  it("change their subnets and security groups", async () => {
    const endpoint = await create({ SubnetIds: [subnets[0]] });
    const before = await interfacesOf(endpoint);
    expect(before[0].Groups?.[0].GroupName).to.equal("default");
    const changed = await modify(endpoint, {
      AddSubnetIds: [subnets[2]],
      AddSecurityGroupIds: [group],
      RemoveSecurityGroupIds: [endpoint.Groups?.[0].GroupId ?? ""],
    });
    expect(changed.SubnetIds).to.deep.equal([subnets[0], subnets[2]]);
    const after = await interfacesOf(changed);
    expect(zonesOf(after)).to.deep.equal(["us-east-1a", "us-east-1b"]);
    expect(after.map(({ NetworkInterfaceId: id }) => id)).to.include(before[0].NetworkInterfaceId);
    for (const { Groups } of after)
      expect(Groups).to.deep.equal([{ GroupId: group, GroupName: "endpoints" }]);
  });

  it("are refused where AWS refuses them", async () => {
    for (const [input, code, says] of [
      [{ ServiceName: "com.amazonaws.us-east-1.none" }, "InvalidServiceName", "none"],
      // EC2 Instance Connect has no endpoint of this kind.
      [{ ServiceName: "com.amazonaws.us-east-1.ec2-instance-connect" }, "InvalidServiceName", ""],
      [
        { SubnetIds: [subnets[0], subnets[1]] },
        "DuplicateSubnetsInSameZone",
        `Found another VPC endpoint subnet in the availability zone of ${subnets[1]}.`,
      ],
      [{ SubnetIds: ["subnet-0123456789abcdef0"] }, "InvalidSubnetID.NotFound", ""],
      [{ SecurityGroupIds: ["sg-0123456789abcdef0"] }, "InvalidGroup.NotFound", ""],
      [{ RouteTableIds: ["rtb-0123456789abcdef0"] }, "InvalidParameter", "RouteTableIds"],
      [{ PolicyDocument: "{" }, "InvalidPolicyDocument", "not a valid JSON policy document"],
    ] as const)
      await refused(create(input as Partial<CreateVpcEndpointCommandInput>), code, says);
  });

  it("have private DNS once in a VPC, which must resolve names", async () => {
    await create();
    await expectAwsError(
      create(),
      "InvalidParameter",
      `private-dns-enabled cannot be set because there is already a conflicting DNS domain for secretsmanager.us-east-1.amazonaws.com in the VPC ${VpcId}`,
    );
    const second = await create({ PrivateDnsEnabled: false });
    await expectAwsError(modify(second, { PrivateDnsEnabled: true }), "InvalidParameter");
    await names(false);
    const { VpcEndpointId = "" } = second;
    const input = { VpcEndpointId, PrivateDnsEnabled: true };
    await refused(
      c.client.send(new ModifyVpcEndpointCommand(input)),
      "InvalidParameter",
      "requires both enableDnsSupport and enableDnsHostnames",
    );
  });

  it("that are not there are reported as not deleted", async () => {
    const VpcEndpointIds = ["vpce-0123456789abcdef0"];
    const { Unsuccessful } = await c.client.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds }));
    expect(Unsuccessful?.map((one) => [one.ResourceId, one.Error?.Code])).to.deep.equal([
      [VpcEndpointIds[0], "InvalidVpcEndpoint.NotFound"],
    ]);
  });
});
