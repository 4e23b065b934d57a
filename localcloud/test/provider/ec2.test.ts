import { SetDesiredCapacityCommand, AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { EC2Client, ModifyVpcAttributeCommand } from "@aws-sdk/client-ec2";
import { client } from "../../provider/clients";
import { describeLifecycle, type Made, type ProviderBench } from "../support/resourceLifecycle";

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

function makeTemplate(bench: ProviderBench): Promise<Made> {
  return bench.make("aws:ec2/launchTemplate:LaunchTemplate", { imageId: AMI, name: "web" });
}

describeLifecycle({
  type: "aws:autoscaling/group:Group",
  async inputs(bench) {
    const template = await makeTemplate(bench);
    return {
      minSize: 1,
      maxSize: 3,
      desiredCapacity: 1,
      availabilityZones: ["eu-central-1a", "eu-central-1b"],
      launchTemplate: { id: template.id, version: "$Latest" },
      tags: [{ key: "app", value: "web", propagateAtLaunch: true }],
    };
  },
  updates: [
    { maxSize: 5, protectFromScaleIn: true },
    { tags: [{ key: "team", value: "blue", propagateAtLaunch: false }] },
    { suspendedProcesses: ["Launch"], healthCheckGracePeriod: 60 },
  ],
  replaces: [{ name: "other" }],
  drift: {
    make: ({ context }, { id }) =>
      client(AutoScalingClient, context).send(
        new SetDesiredCapacityCommand({ AutoScalingGroupName: id, DesiredCapacity: 2 }),
      ),
    expected: ["desiredCapacity"],
  },
});
