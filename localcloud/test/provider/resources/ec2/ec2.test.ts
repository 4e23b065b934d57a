import { EC2Client, ModifyVpcAttributeCommand, RunInstancesCommand } from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { client } from "../../../../provider/clients";
import type { Properties } from "../../../../provider/types";
import { describeLifecycle, type Made, ProviderBench } from "../../../support/resourceLifecycle";

const AMI = "ami-0123456789abcdef0";

describeLifecycle({
  type: "aws:ec2/vpc:Vpc",
  inputs: () => ({ cidrBlock: "10.0.0.0/16", tags: { a: "1" } }),
  updates: [{ enableDnsHostnames: true }, { tags: { b: "2" } }],
  replaces: [{ cidrBlock: "10.1.0.0/16" }],
  drift: {
    make: ({ context }, { id }) =>
      client(EC2Client, context).send(
        new ModifyVpcAttributeCommand({ VpcId: id, EnableDnsSupport: { Value: false } }),
      ),
    expected: ["enableDnsSupport"],
  },
});

async function makeSubnet(bench: ProviderBench): Promise<Made> {
  const vpc = await bench.make("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
  const inputs = { vpcId: vpc.id, cidrBlock: "10.0.1.0/24", availabilityZone: "eu-central-1a" };
  return bench.make("aws:ec2/subnet:Subnet", inputs);
}

describeLifecycle({
  type: "aws:ec2/subnet:Subnet",
  async inputs(bench) {
    const vpc = await bench.make("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
    return { vpcId: vpc.id, cidrBlock: "10.0.1.0/24", availabilityZone: "eu-central-1b" };
  },
  updates: [{ mapPublicIpOnLaunch: true }, { tags: { a: "1" } }],
  replaces: [{ availabilityZone: "eu-central-1a" }],
});

describeLifecycle({
  type: "aws:ec2/vpcEndpoint:VpcEndpoint",
  async inputs(bench) {
    const { id, outputs } = await bench.make("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
    return {
      vpcId: id,
      serviceName: "com.amazonaws.eu-central-1.s3",
      vpcEndpointType: "Gateway",
      routeTableIds: [outputs.mainRouteTableId],
      tags: { a: "1" },
    };
  },
  updates: [{ tags: { b: "2" } }],
  replaces: [{ serviceName: "com.amazonaws.eu-central-1.dynamodb" }],
});

describeLifecycle({
  type: "aws:ec2/vpcEndpoint:VpcEndpoint",
  async inputs(bench) {
    const vpc = await bench.make("aws:ec2/vpc:Vpc", {
      cidrBlock: "10.0.0.0/16",
      enableDnsHostnames: true,
    });
    const subnet = await bench.make("aws:ec2/subnet:Subnet", {
      vpcId: vpc.id,
      cidrBlock: "10.0.1.0/24",
      availabilityZone: "eu-central-1a",
    });
    const group = await bench.make("aws:ec2/securityGroup:SecurityGroup", { vpcId: vpc.id });
    return {
      vpcId: vpc.id,
      serviceName: "com.amazonaws.eu-central-1.secretsmanager",
      vpcEndpointType: "Interface",
      subnetIds: [subnet.id],
      securityGroupIds: [group.id],
      privateDnsEnabled: true,
    };
  },
  updates: [
    { privateDnsEnabled: false },
    { policy: JSON.stringify({ Statement: [] }) },
    { tags: { b: "2" } },
  ],
  replaces: [{ serviceName: "com.amazonaws.eu-central-1.ssm" }],
});

describeLifecycle({
  type: "aws:ec2/securityGroup:SecurityGroup",
  async inputs(bench) {
    const vpc = await bench.make("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
    const port = (fromPort: number) => ({ protocol: "tcp", fromPort, toPort: fromPort });
    return {
      vpcId: vpc.id,
      ingress: [
        { ...port(22), cidrBlocks: ["10.0.0.0/16"], description: "SSH" },
        { ...port(80), self: true, description: "each other" },
      ],
      egress: [
        { ...port(443), cidrBlocks: ["0.0.0.0/0"], ipv6CidrBlocks: ["::/0"], description: "HTTPS" },
      ],
      tags: { a: "1" },
    };
  },
  updates: [
    { ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["10.1.0.0/16"] }] },
    { tags: { b: "2" } },
  ],
  replaces: [{ description: "other" }],
});

describeLifecycle({
  type: "aws:ec2/launchTemplate:LaunchTemplate",
  inputs: () => ({
    imageId: AMI,
    instanceType: "t3.micro",
    userData: Buffer.from("#!/bin/sh").toString("base64"),
    metadataOptions: { httpTokens: "required", httpEndpoint: "enabled" },
    iamInstanceProfile: { name: "web" },
    tagSpecifications: [{ resourceType: "instance", tags: { app: "web" } }],
    vpcSecurityGroupIds: ["sg-1"],
    tags: { a: "1" },
  }),
  updates: [
    { instanceType: "t3.small", description: "larger" },
    { tags: { b: "2" }, vpcSecurityGroupIds: undefined },
  ],
  replaces: [{ name: "other" }],
});

describeLifecycle({
  type: "aws:ec2/networkInterface:NetworkInterface",
  async inputs(bench) {
    const subnet = await makeSubnet(bench);
    return {
      subnetId: subnet.id,
      description: "second",
      privateIpsCount: 1,
      sourceDestCheck: false,
      tags: { a: "1" },
    };
  },
  updates: [{ description: undefined, sourceDestCheck: true }, { tags: { b: "2" } }],
  replaces: [{ subnetId: "subnet-1" }, { privateIpsCount: 3 }],
});

describeLifecycle({
  type: "aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment",
  async inputs(bench) {
    // A group of the default VPC, because an instance is in it until the cloud ends.
    const { id: SubnetId } = await bench.core.invoke("aws:ec2/getSubnet:getSubnet", {
      availabilityZone: "eu-central-1a",
      defaultForAz: true,
    });
    const size = { InstanceType: "t3.micro" as const, MinCount: 1, MaxCount: 1 };
    const { Instances = [] } = await client(EC2Client, bench.context).send(
      new RunInstancesCommand({ ...size, ImageId: AMI, SubnetId: String(SubnetId) }),
    );
    await bench.cloud.clock.advance(180_000);
    const type = "aws:ec2/networkInterface:NetworkInterface";
    const { id: networkInterfaceId } = await bench.make(type, { subnetId: SubnetId });
    const [{ InstanceId: instanceId }] = Instances;
    return { deviceIndex: 1, instanceId, networkInterfaceId };
  },
  replaces: [{ deviceIndex: 2 }, { networkInterfaceId: "eni-1" }],
});

describe("EC2 in a program", () => {
  let bench: ProviderBench;
  before(async () => (bench = await ProviderBench.start()));
  after(() => bench.stop());

  it("returns instance types and subnets", async () => {
    const type = await bench.core.invoke("aws:ec2/getInstanceType:getInstanceType", {
      instanceType: "c6g.xlarge",
    });
    expect(type).to.deep.include({
      maximumNetworkInterfaces: 4,
      defaultVcpus: 4,
      memorySize: 8192,
      supportedArchitectures: ["arm64"],
    });
    const subnet = "aws:ec2/getSubnet:getSubnet";
    const found = await bench.core.invoke(subnet, {
      availabilityZone: "eu-central-1b",
      defaultForAz: true,
    });
    expect(found).to.deep.include({ state: "available", availableIpAddressCount: 4091 });
    expect(await bench.core.invoke(subnet, { id: found.id })).to.deep.equal(found);
    const filters = [{ name: "vpc-id", values: [found.vpcId] }];
    const { ids } = await bench.core.invoke("aws:ec2/getSubnets:getSubnets", { filters });
    expect(ids).to.have.length(3).and.include(found.id);
    const several = await bench.core.invoke(subnet, { filters }).catch(String);
    expect(several).to.contain("multiple EC2 Subnets matched");
  });

  const AMI_FUNCTION = "aws:ec2/getAmi:getAmi";
  const named = (...values: string[]) => [{ name: "name", values }];

  it("returns the newest image that matches, the one that its public parameter names", async () => {
    const parameter = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64";
    const { value } = await bench.core.invoke("aws:ssm/getParameter:getParameter", {
      name: parameter,
    });
    const filters = [
      ...named("al2023-ami-2023.*"),
      { name: "architecture", values: ["arm64"] },
      { name: "virtualization-type", values: ["hvm"] },
    ];
    const args = { filters, mostRecent: true, owners: ["amazon"] };
    const found = await bench.core.invoke(AMI_FUNCTION, args);
    expect(found).to.deep.include({
      id: value,
      imageId: value,
      arn: `arn:aws:ec2:eu-central-1::image/${String(value)}`,
      name: "al2023-ami-2023.8.20250818.0-kernel-6.1-arm64",
      rootDeviceName: "/dev/xvda",
      stateReason: { code: "UNSET", message: "UNSET" },
      tags: {},
      mostRecent: true,
    });
    const [{ ebs }] = found.blockDeviceMappings as { ebs: Record<string, string> }[];
    expect(ebs).to.include({ volume_size: "8", snapshot_id: found.rootSnapshotId });
    const nameRegex = "^al2023-ami-2023\\.8\\.20250804";
    const older = await bench.core.invoke(AMI_FUNCTION, { ...args, nameRegex });
    expect(older.id).to.not.equal(value);
    const ids = async (more: object) =>
      (await bench.core.invoke("aws:ec2/getAmiIds:getAmiIds", { ...args, ...more })).ids;
    expect(await ids({})).to.deep.equal([value, older.id]);
    expect(await ids({ sortAscending: true })).to.deep.equal([older.id, value]);
    expect(await ids({ owners: ["self"] })).to.deep.equal([]);
  });

  it("refuses to choose an image among none, several, or those of anyone", async () => {
    const getAmi = (args: Properties) => bench.core.invoke(AMI_FUNCTION, args).catch(String);
    const owners = ["self"];
    expect(await getAmi({ filters: named("golden-*"), owners, mostRecent: true })).to.contain(
      "Your query returned no results. Please change your search criteria and try again.",
    );
    const filters = named("debian-12-amd64-*");
    expect(await getAmi({ filters, owners: ["136693071363"] })).to.contain(
      "Your query returned more than one result. Please try a more specific search criteria, or set `most_recent`",
    );
    expect(await getAmi({ filters, mostRecent: true })).to.contain(
      "Most Recent Image Not Filtered",
    );
    const unsafe = await bench.core.invoke(AMI_FUNCTION, {
      ...{ filters, mostRecent: true, allowUnsafeFilter: true },
    });
    expect(unsafe.name).to.equal("debian-12-amd64-20250814-2204");
  });
});
