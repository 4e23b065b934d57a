import type { SubnetArgs } from "@pulumi/aws/ec2/subnet";
import type { VpcArgs } from "@pulumi/aws/ec2/vpc";
import type { Args } from "../../define";
import type { ProviderContext } from "../../types";
import { ec2 } from "./client";

const tags = {
  of: (id: string) => ({ Resources: [id] }),
  tag: "CreateTags",
  untag: "DeleteTags",
} as const;

/** EC2 wraps flags that can be changed individually. */
const wrapped = {
  toWire: (Value: boolean) => ({ Value }),
  fromWire: ({ Value }: { Value?: boolean }) => Value,
};

export const vpc = ec2.resource<Args<VpcArgs>>({
  token: "aws:ec2/vpc:Vpc",
  inputs: ["cidrBlock", "enableDnsHostnames", "enableDnsSupport", "instanceTenancy", "tags"],
  outputs: ["arn", "mainRouteTableId", "ownerId"],
  names: { RouteTableId: "mainRouteTableId" },
  forms: { EnableDnsHostnames: wrapped, EnableDnsSupport: wrapped },
  defaults: { enableDnsSupport: true, instanceTenancy: "default" },
  computed: ["enableDnsHostnames"],
  required: ["cidrBlock"],
  replaceOn: ["cidrBlock", "instanceTenancy"],
  gone: ["InvalidVpcID.NotFound"],
  create: { CreateVpc: () => ({}) },
  id: (_inputs, { Vpc }) => (Vpc as { VpcId: string }).VpcId,
  read: {
    // First: for tags the last answer takes precedence.
    DescribeRouteTables: (id) => ({
      Filters: [
        { Name: "vpc-id", Values: [id] },
        { Name: "association.main", Values: ["true"] },
      ],
    }),
    DescribeVpcs: (id) => ({ VpcIds: [id] }),
    DescribeVpcAttribute: (VpcId) => [
      { VpcId, Attribute: "enableDnsSupport" },
      { VpcId, Attribute: "enableDnsHostnames" },
    ],
  },
  complete: (VpcId, { news }, context) => setDns(VpcId, news, context),
  delete: { DeleteVpc: (VpcId) => ({ VpcId }) },
  tags,
});

export const subnet = ec2.resource<Args<SubnetArgs>>({
  token: "aws:ec2/subnet:Subnet",
  inputs: ["availabilityZone", "cidrBlock", "mapPublicIpOnLaunch", "tags", "vpcId"],
  outputs: ["arn", "ownerId"],
  names: { SubnetArn: "arn" },
  defaults: { mapPublicIpOnLaunch: false },
  computed: ["availabilityZone"],
  required: ["vpcId"],
  replaceOn: ["availabilityZone", "cidrBlock", "vpcId"],
  gone: ["InvalidSubnetID.NotFound"],
  create: { CreateSubnet: () => ({}) },
  id: (_inputs, { Subnet }) => (Subnet as { SubnetId: string }).SubnetId,
  read: { DescribeSubnets: (id) => ({ SubnetIds: [id] }) },
  async complete(SubnetId, { news, olds = { mapPublicIpOnLaunch: false } }, context) {
    const { mapPublicIpOnLaunch: Value } = news;
    if (Value === olds.mapPublicIpOnLaunch) return;
    const MapPublicIpOnLaunch = { Value };
    await ec2.send("ModifySubnetAttribute", { SubnetId, MapPublicIpOnLaunch }, context);
  },
  delete: { DeleteSubnet: (SubnetId) => ({ SubnetId }) },
  tags,
});

/** Sets the flags, each with a separate call. */
async function setDns(
  VpcId: string,
  { enableDnsSupport, enableDnsHostnames }: Args<VpcArgs>,
  context: ProviderContext,
): Promise<void> {
  if (enableDnsSupport !== undefined) {
    const EnableDnsSupport = { Value: enableDnsSupport };
    await ec2.send("ModifyVpcAttribute", { VpcId, EnableDnsSupport }, context);
  }
  if (enableDnsHostnames === undefined) return;
  const EnableDnsHostnames = { Value: enableDnsHostnames };
  await ec2.send("ModifyVpcAttribute", { VpcId, EnableDnsHostnames }, context);
}
