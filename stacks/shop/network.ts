import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import type * as pulumi from "@pulumi/pulumi";
import type { PolicyException } from "../../components";
import type { NatGateways } from "../settings";

/** The network in which tasks run. */
export interface Network {
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  readonly securityGroupIds: pulumi.Input<string>[];
  readonly assignPublicIp: boolean;
}

/**
 * Creates a VPC with two availability zones. Without NAT gateways tasks run in public subnets and reach the internet
 * with public addresses that nobody can connect to; with NAT gateways they run in private subnets.
 */
export function createNetwork(
  name: string,
  natGateways: NatGateways,
  opts: pulumi.ComponentResourceOptions,
): Network {
  const isPublic = natGateways === "None";
  const vpc = new awsx.ec2.Vpc(
    name,
    {
      numberOfAvailabilityZones: 2,
      natGateways: { strategy: natGateways },
      subnetStrategy: awsx.types.enums.ec2.SubnetAllocationStrategy.Auto,
      subnetSpecs: [
        { type: awsx.types.enums.ec2.SubnetType.Public },
        ...(isPublic ? [] : [{ type: awsx.types.enums.ec2.SubnetType.Private }]),
      ],
    },
    opts,
  );
  const group = new aws.ec2.SecurityGroup(
    name,
    {
      vpcId: vpc.vpcId,
      description: "Tasks of the shop: nobody connects to them, and they connect by HTTPS.",
      ingress: [],
      egress: [
        {
          protocol: "tcp",
          fromPort: 443,
          toPort: 443,
          cidrBlocks: ["0.0.0.0/0"],
          description: "Registries, CloudWatch Logs and what the shop calls",
        },
      ],
    },
    opts,
  );
  return {
    subnetIds: isPublic ? vpc.publicSubnetIds : vpc.privateSubnetIds,
    securityGroupIds: [group.id],
    assignPublicIp: isPublic,
  };
}

/** Rules that AWSX's public subnets break on purpose. */
export function networkExceptions(name: string): PolicyException[] {
  return [
    {
      rule: "CKV_AWS_130",
      resource: `${name}-public-*`,
      reason:
        "AWSX makes public subnets so, and only what is placed in them on purpose runs there.",
    },
  ];
}
