import type * as Sdk from "@aws-sdk/client-ec2";
import type { Filter, Subnet } from "@aws-sdk/client-ec2";
import type { Properties, ProviderContext } from "../types";
import { ec2 } from "../resources/ec2/client";

/** Returns the known facts about a type; its disks, accelerators and bandwidths are not known. */
export async function getInstanceType(
  { instanceType }: Properties,
  context: ProviderContext,
): Promise<Properties> {
  const { InstanceTypes: [found] = [] } = await ec2.send(
    "DescribeInstanceTypes",
    { InstanceTypes: [instanceType as Sdk._InstanceType] },
    context,
  );
  const { NetworkInfo: network, VCpuInfo: cpus } = found ?? {};
  return {
    id: instanceType,
    instanceType,
    bareMetal: found?.BareMetal,
    burstablePerformanceSupported: found?.BurstablePerformanceSupported,
    currentGeneration: found?.CurrentGeneration,
    defaultVcpus: cpus?.DefaultVCpus,
    defaultNetworkCardIndex: network?.DefaultNetworkCardIndex,
    efaSupported: network?.EfaSupported,
    hypervisor: found?.Hypervisor,
    ipv6Supported: network?.Ipv6Supported,
    maximumIpv4AddressesPerInterface: network?.Ipv4AddressesPerInterface,
    maximumIpv6AddressesPerInterface: network?.Ipv6AddressesPerInterface,
    maximumNetworkCards: network?.MaximumNetworkCards,
    maximumNetworkInterfaces: network?.MaximumNetworkInterfaces,
    memorySize: found?.MemoryInfo?.SizeInMiB,
    networkCards: network?.NetworkCards?.map((card) => ({
      index: card.NetworkCardIndex,
      maximumInterfaces: card.MaximumNetworkInterfaces,
    })),
    supportedArchitectures: found?.ProcessorInfo?.SupportedArchitectures,
    supportedUsagesClasses: found?.SupportedUsageClasses,
  };
}

/** Finds a subnet; exactly one must match. */
export async function getSubnet(args: Properties, context: ProviderContext): Promise<Properties> {
  const found = await findSubnets(args, context);
  if (found.length === 0) throw new Error("no matching EC2 Subnet found");
  if (found.length > 1)
    throw new Error("multiple EC2 Subnets matched; use additional constraints to reduce matches");
  const [one] = found;
  return {
    id: one.SubnetId,
    arn: one.SubnetArn,
    availabilityZone: one.AvailabilityZone,
    availableIpAddressCount: one.AvailableIpAddressCount,
    cidrBlock: one.CidrBlock,
    defaultForAz: one.DefaultForAz,
    mapPublicIpOnLaunch: one.MapPublicIpOnLaunch,
    ownerId: one.OwnerId,
    region: args.region ?? context.aws.region,
    state: one.State,
    tags: Object.fromEntries((one.Tags ?? []).map(({ Key = "", Value }) => [Key, Value])),
    vpcId: one.VpcId,
  };
}

export async function getSubnets(args: Properties, context: ProviderContext): Promise<Properties> {
  const ids = (await findSubnets(args, context)).map(({ SubnetId }) => SubnetId);
  return { id: context.aws.region, ids, region: context.aws.region };
}

/** Arguments that correspond to filters. */
const FILTERS: Readonly<Record<string, string>> = {
  availabilityZone: "availability-zone",
  cidrBlock: "cidr-block",
  defaultForAz: "default-for-az",
  state: "state",
  vpcId: "vpc-id",
};

async function findSubnets(args: Properties, context: ProviderContext): Promise<Subnet[]> {
  const tags = Object.entries((args.tags ?? {}) as Record<string, string>);
  const given = (args.filters ?? []) as { name: string; values: string[] }[];
  const Filters: Filter[] = [
    ...Object.entries(FILTERS).flatMap(([name, Name]) =>
      args[name] === undefined ? [] : [{ Name, Values: [String(args[name])] }],
    ),
    ...tags.map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] })),
    ...given.map(({ name, values }) => ({ Name: name, Values: values })),
  ];
  const { Subnets = [] } = await ec2.send(
    "DescribeSubnets",
    { Filters, ...(args.id !== undefined && { SubnetIds: [String(args.id)] }) },
    context,
  );
  return Subnets;
}
