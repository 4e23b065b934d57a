import { isIPv6 } from "node:net";
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { childName } from "../../names";
import type { SshCronArgs } from "./args";
import type { WorkerPlace } from "./functions";
import { targetsOf } from "./given";

interface Network {
  readonly vpc: WorkerPlace["vpc"];
  readonly ownGroup?: aws.ec2.SecurityGroup;
}

/** Places the worker in the program's VPC; undefined for hosts that are reachable from the internet. */
export function createNetwork(
  name: string,
  args: SshCronArgs,
  opts: pulumi.CustomResourceOptions,
): Network {
  const { network, tags } = args;
  if (!network || "public" in network) return { vpc: undefined };
  const { vpcId, subnetIds, securityGroupIds } = network;
  const byIpv6 = callsIpv6(args);
  const place = { subnetIds, ...(byIpv6 ? { ipv6AllowedForDualStack: true } : {}) };
  if (securityGroupIds) return { vpc: { ...place, securityGroupIds } };
  const ownGroup = new aws.ec2.SecurityGroup(
    childName(name, "worker"),
    {
      vpcId,
      // Another description would replace the group, which hosts may name in their rules.
      description: `Worker of the job ${name}: it connects to hosts and to AWS, and nobody to it.`,
      ingress: [],
      egress: [
        {
          protocol: "tcp",
          fromPort: 0,
          toPort: 65_535,
          cidrBlocks: ["0.0.0.0/0"],
          ...(byIpv6 ? { ipv6CidrBlocks: ["::/0"] } : {}),
          description: "Hosts, whatever their port, and AWS",
        },
      ],
      tags,
    },
    opts,
  );
  return { vpc: { ...place, securityGroupIds: [ownGroup.id] }, ownGroup };
}

function callsIpv6(args: SshCronArgs): boolean {
  const targets = targetsOf(args).flatMap((target) => ("host" in target ? [target.host] : []));
  const jumpHosts = (args.jumpHosts ?? []).map(({ host }) => host);
  return args.address === "ipv6" || [...targets, ...jumpHosts].some(isIPv6);
}
