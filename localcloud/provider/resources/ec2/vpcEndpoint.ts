import type { SecurityGroupIdentifier } from "@aws-sdk/client-ec2";
import type { VpcEndpointArgs } from "@pulumi/aws/ec2/vpcEndpoint";
import { isDeepStrictEqual } from "node:util";
import type { Args } from "../../define";
import type { ProviderContext } from "../../types";
import { ec2 } from "./client";

type Inputs = Args<VpcEndpointArgs>;

export const vpcEndpoint = ec2.resource<Inputs>({
  token: "aws:ec2/vpcEndpoint:VpcEndpoint",
  inputs: [
    "policy",
    "privateDnsEnabled",
    "routeTableIds",
    "securityGroupIds",
    "serviceName",
    "subnetIds",
    "tags",
    "vpcEndpointType",
    "vpcId",
  ],
  outputs: ["arn", "dnsEntries", "networkInterfaceIds", "ownerId", "state"],
  names: { Groups: "securityGroupIds", PolicyDocument: "policy" },
  forms: {
    Groups: {
      toWire: (ids: string[]) => ids,
      fromWire: (groups: SecurityGroupIdentifier[]) => groups.map(({ GroupId }) => GroupId),
    },
  },
  jsonInputs: ["policy"],
  defaults: { vpcEndpointType: "Gateway" },
  computed: ["policy", "privateDnsEnabled", "routeTableIds", "securityGroupIds", "subnetIds"],
  required: ["vpcId"],
  replaceOn: ["serviceName", "vpcEndpointType", "vpcId"],
  gone: ["InvalidVpcEndpointId.NotFound"],
  create: {
    // EC2's own default for interface endpoints is true, but the AWS provider always sends its own, which is false.
    // https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ec2/vpc_endpoint.go
    CreateVpcEndpoint: ({ securityGroupIds, vpcEndpointType, privateDnsEnabled = false }) => ({
      ...(securityGroupIds ? { SecurityGroupIds: securityGroupIds } : {}),
      ...(vpcEndpointType === "Interface" ? { PrivateDnsEnabled: privateDnsEnabled } : {}),
    }),
  },
  id: (_inputs, { VpcEndpoint }) => (VpcEndpoint as { VpcEndpointId: string }).VpcEndpointId,
  read: { DescribeVpcEndpoints: (id) => ({ VpcEndpointIds: [id] }) },
  complete: (id, { news, olds }, context) =>
    olds ? change(id, news, olds, context) : Promise.resolve(),
  delete: { DeleteVpcEndpoints: (id) => ({ VpcEndpointIds: [id] }) },
  tags: {
    of: (id: string) => ({ Resources: [id] }),
    tag: "CreateTags",
    untag: "DeleteTags",
  },
});

/** Changes an endpoint by what is added and removed. */
async function change(
  VpcEndpointId: string,
  news: Inputs,
  olds: Inputs,
  context: ProviderContext,
): Promise<void> {
  const { policy, privateDnsEnabled } = news;
  const changes = {
    ...lists("SubnetIds", news.subnetIds, olds.subnetIds),
    ...lists("SecurityGroupIds", news.securityGroupIds, olds.securityGroupIds),
    ...lists("RouteTableIds", news.routeTableIds, olds.routeTableIds),
    ...(policy !== undefined && policy !== olds.policy && { PolicyDocument: policy }),
    ...(privateDnsEnabled !== undefined &&
      privateDnsEnabled !== olds.privateDnsEnabled && { PrivateDnsEnabled: privateDnsEnabled }),
  };
  if (isDeepStrictEqual(changes, {})) return;
  await ec2.send("ModifyVpcEndpoint", { VpcEndpointId, ...changes }, context);
}

function lists(
  member: string,
  news: readonly string[] | undefined,
  olds: readonly string[] = [],
): Record<string, string[]> {
  if (!news) return {};
  const added = news.filter((one) => !olds.includes(one));
  const removed = olds.filter((one) => !news.includes(one));
  return {
    ...(added.length > 0 && { [`Add${member}`]: added }),
    ...(removed.length > 0 && { [`Remove${member}`]: removed }),
  };
}
