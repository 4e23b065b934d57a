import type * as Sdk from "@aws-sdk/client-ec2";
import type { RouteTable, VpcEndpoint } from "@aws-sdk/client-ec2";
import { formatArn } from "../../core/arn";
import { AwsError } from "../../core/errors";
import type { Hand } from "../../entities/api";
import { api, ec2Error } from "./api";
import { selectResources, newId, notFound, shown, tagsOfNewResource } from "./described";
import type { Ec2Store, Stored } from "./store";
import { vpcs } from "./vpcs";

/** Gateway endpoints, only as data: calls here need no route out of a VPC. */
export const vpcEndpoints = api.entity<Stored<VpcEndpoint>>({
  all: (store) => store.vpcEndpoints,
  arn: (id, place) => formatArn("ec2", place, `vpc-endpoint/${id || "*"}`),
  notFound: (id) =>
    ec2Error("InvalidVpcEndpointId.NotFound", `The Vpc Endpoint Id '${id}' does not exist`),
  tags: (endpoint) => endpoint.tags,
  operations: {
    DescribeVpcEndpoints: {
      lists: "VpcEndpoints",
      max: 1000,
      among: ({ VpcEndpointIds, Filters }, { store }) => {
        const missing = VpcEndpointIds?.find((id) => !store.vpcEndpoints.has(id));
        if (missing !== undefined)
          throw ec2Error(
            "InvalidVpcEndpointId.NotFound",
            `The Vpc Endpoint Id '${missing}' does not exist`,
          );
        return selectResources(
          store.vpcEndpoints,
          "vpc-endpoint",
          VpcEndpointIds,
          "DescribeVpcEndpoints",
          Filters,
        );
      },
      view: shown,
    },
    CreateVpcEndpoint: {
      names: "VpcId",
      does(input, context) {
        const { VpcId, ServiceName = "", VpcEndpointType = "Gateway", RouteTableIds = [] } = input;
        const vpc = vpcs.at(VpcId, context);
        if (VpcEndpointType !== "Gateway")
          throw new AwsError(
            "NotImplemented",
            `The local cloud has gateway endpoints only, none of the type ${VpcEndpointType}. Nothing was done; see docs/local-cloud.md for what is emulated.`,
            { status: 501 },
          );
        // https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
        if (!new RegExp(`^com\\.amazonaws\\.${context.region}\\.(s3|dynamodb)$`).test(ServiceName))
          throw ec2Error(
            "InvalidServiceName",
            `The Vpc Endpoint Service '${ServiceName}' does not exist`,
          );
        for (const id of RouteTableIds)
          if (id !== mainTable(vpc.id)) throw notFound("routeTable", id);
        const id = newId("vpce");
        const shape: VpcEndpoint = {
          VpcEndpointId: id,
          VpcEndpointType,
          VpcId: vpc.id,
          ServiceName,
          State: "Available",
          RouteTableIds,
          OwnerId: context.accountId,
          CreationTimestamp: context.clock.date(),
        };
        const endpoint = {
          id,
          shape,
          tags: tagsOfNewResource(input.TagSpecifications, "vpc-endpoint"),
        };
        context.store.vpcEndpoints.set(id, endpoint);
        return { VpcEndpoint: shown(endpoint) };
      },
    },
  },
});

export const deleteVpcEndpoints: Hand<typeof Sdk, Ec2Store, "DeleteVpcEndpoints"> = {
  access: ({ VpcEndpointIds }, context) =>
    VpcEndpointIds.map((id) => vpcEndpoints.access("DeleteVpcEndpoints", id, context)),
  run({ VpcEndpointIds }, { store }) {
    for (const id of VpcEndpointIds) store.vpcEndpoints.delete(id);
    return { Unsuccessful: [] };
  },
};

/** Returns the main route table of every VPC; there are no others here. */
export const describeRouteTables: Hand<typeof Sdk, Ec2Store, "DescribeRouteTables"> = {
  access: () => [{ action: "ec2:DescribeRouteTables", resource: "*" }],
  run({ RouteTableIds, Filters }, { store }) {
    const tables = [...store.vpcs.values()].map(({ id, shape }): [string, Stored<RouteTable>] => {
      const RouteTableId = mainTable(id);
      const table: RouteTable = {
        RouteTableId,
        VpcId: id,
        OwnerId: shape.OwnerId,
        Associations: [{ Main: true, RouteTableId, AssociationState: { State: "associated" } }],
        Routes: [{ DestinationCidrBlock: shape.CidrBlock, GatewayId: "local", State: "active" }],
      };
      return [RouteTableId, { id: RouteTableId, shape: table, tags: new Map() }];
    });
    return {
      RouteTables: selectResources(
        new Map(tables),
        "routeTable",
        RouteTableIds,
        "DescribeRouteTables",
        Filters,
      ).map(shown),
    };
  },
};

function mainTable(vpcId: string): string {
  return `rtb-${vpcId.slice("vpc-".length)}`;
}
