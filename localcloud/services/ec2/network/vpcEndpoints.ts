import type * as Sdk from "@aws-sdk/client-ec2";
import { randomBytes } from "node:crypto";
import type { VpcEndpoint } from "@aws-sdk/client-ec2";
import { formatArn } from "../../../core/arn";
import { AwsError, refuseOptions } from "../../../core/errors";
import type { AccessCheck, CallContext } from "../../../core/service";
import type { OperationOf, InputOf } from "../../../entities/api";
import { api, ec2Error } from "../api";
import { changeEndpoint } from "./changeVpcEndpoint";
import {
  newId,
  requestTags,
  selectResources,
  shown,
  tagsOfNewResource,
} from "../queries/described";
import { checkPolicy, checkTables, FULL_ACCESS, refuseMembers, subnetsOf } from "./endpointChecks";
import {
  addEndpointInterface,
  checkPrivateDns,
  checkZones,
  dnsEntries,
  endpointService,
  removeEndpointInterfaces,
} from "./interfaceEndpoints";
import { securityGroups, vpcGroups } from "./securityGroups";
import type { Ec2Store, Stored } from "../store";
import { subnets } from "./subnets";
import { vpcs } from "./vpcs";

type Context = CallContext<Ec2Store>;
type CreateInput = InputOf<typeof Sdk, "CreateVpcEndpoint">;

/**
 * Gateway and interface endpoints. Calls here need no route, so an endpoint and its policy are data; the network
 * interfaces of an interface endpoint take addresses and keep their subnets and security groups in use, as on AWS.
 */
export const vpcEndpoints = api.entity<Stored<VpcEndpoint>>({
  all: (store) => store.vpcEndpoints,
  arn: (id, place) => formatArn("ec2", place, `vpc-endpoint/${id || "*"}`),
  notFound: noEndpoint,
  tags: (endpoint) => endpoint.tags,
  operations: {
    DescribeVpcEndpoints: {
      lists: "VpcEndpoints",
      max: 1000,
      among: ({ VpcEndpointIds, Filters }, { store }) => {
        const missing = VpcEndpointIds?.find((id) => !store.vpcEndpoints.has(id));
        if (missing !== undefined) throw noEndpoint(missing);
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
    ModifyVpcEndpoint: {
      on: "VpcEndpointId",
      needs: ({ AddSubnetIds, AddSecurityGroupIds }, context) =>
        usedBy("ModifyVpcEndpoint", AddSubnetIds, AddSecurityGroupIds, context),
      run(endpoint, input, context) {
        changeEndpoint(endpoint, input, context);
        return { Return: true };
      },
    },
  },
});

export const createVpcEndpoint: OperationOf<typeof Sdk, Ec2Store, "CreateVpcEndpoint"> = {
  access: (input, context) => [
    vpcEndpoints.access("CreateVpcEndpoint", "*", context, requestTags(input.TagSpecifications)),
    vpcs.access("CreateVpcEndpoint", input.VpcId, context),
    ...usedBy("CreateVpcEndpoint", input.SubnetIds, input.SecurityGroupIds, context),
  ],
  run(input, context) {
    const { store } = context;
    refuseOptions(
      input,
      ["IpAddressType", "DnsOptions", "SubnetConfigurations", "ServiceRegion"],
      "ec2:CreateVpcEndpoint",
    );
    const { VpcEndpointType = "Gateway" } = input;
    const vpc = vpcs.at(input.VpcId, context);
    checkPolicy(input.PolicyDocument);
    if (VpcEndpointType !== "Gateway" && VpcEndpointType !== "Interface")
      throw new AwsError(
        "NotImplemented",
        `The local cloud has gateway and interface endpoints, none of the type ${VpcEndpointType}. Nothing was done; see docs/local-cloud.md for what is emulated.`,
        { status: 501 },
      );
    const shape: VpcEndpoint = {
      VpcEndpointId: newId("vpce"),
      VpcEndpointType,
      VpcId: vpc.id,
      ServiceName: input.ServiceName,
      State: "Available",
      PolicyDocument: input.PolicyDocument ?? FULL_ACCESS,
      RequesterManaged: false,
      OwnerId: context.accountId,
      CreationTimestamp: context.clock.date(),
    };
    const tags = tagsOfNewResource(input.TagSpecifications, "vpc-endpoint");
    const whole =
      VpcEndpointType === "Gateway"
        ? gateway(shape, input, context)
        : interfaceEndpoint(shape, input, context);
    const endpoint = { id: shape.VpcEndpointId ?? "", shape: whole, tags };
    store.vpcEndpoints.set(endpoint.id, endpoint);
    return { VpcEndpoint: shown(endpoint), ClientToken: input.ClientToken };
  },
};

export const deleteVpcEndpoints: OperationOf<typeof Sdk, Ec2Store, "DeleteVpcEndpoints"> = {
  access: ({ VpcEndpointIds }, context) =>
    VpcEndpointIds.map((id) => vpcEndpoints.access("DeleteVpcEndpoints", id, context)),
  run({ VpcEndpointIds }, { store }) {
    const missing = VpcEndpointIds.filter((id) => !store.vpcEndpoints.has(id));
    for (const id of VpcEndpointIds) {
      removeEndpointInterfaces(store, store.vpcEndpoints.get(id)?.shape ?? {});
      store.vpcEndpoints.delete(id);
    }
    return {
      Unsuccessful: missing.map((ResourceId) => ({
        ResourceId,
        Error: {
          Code: "InvalidVpcEndpoint.NotFound",
          Message: `The Vpc Endpoint Id '${ResourceId}' does not exist`,
        },
      })),
    };
  },
};

function noEndpoint(id: string): AwsError {
  return ec2Error("InvalidVpcEndpointId.NotFound", `The Vpc Endpoint Id '${id}' does not exist`);
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html */
function usedBy(
  action: string,
  subnetIds: readonly string[] = [],
  groupIds: readonly string[] = [],
  context: Context,
): AccessCheck[] {
  return [
    ...subnetIds.map((id) => subnets.access(action, id, context)),
    ...groupIds.map((id) => securityGroups.access(action, id, context)),
  ];
}

function gateway(shape: VpcEndpoint, input: CreateInput, { region }: Context): VpcEndpoint {
  const { ServiceName = "", RouteTableIds = [] } = input;
  // https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
  if (!new RegExp(`^com\\.amazonaws\\.${region}\\.(s3|dynamodb)$`).test(ServiceName))
    throw noService(ServiceName);
  refuseMembers(input, "Gateway", ["SubnetIds", "SecurityGroupIds", "PrivateDnsEnabled"]);
  checkTables(shape, RouteTableIds);
  return { ...shape, PrivateDnsEnabled: false, RouteTableIds };
}

function interfaceEndpoint(shape: VpcEndpoint, input: CreateInput, context: Context): VpcEndpoint {
  const { ServiceName = "", SubnetIds = [], SecurityGroupIds, VpcId } = input;
  if (endpointService(ServiceName, context.region) === undefined) throw noService(ServiceName);
  refuseMembers(input, "Interface", ["RouteTableIds"]);
  const places = subnetsOf(SubnetIds, VpcId, context);
  checkZones(places);
  const made: VpcEndpoint = {
    ...shape,
    IpAddressType: "ipv4",
    // AWS's default is true.
    PrivateDnsEnabled: input.PrivateDnsEnabled ?? true,
    SubnetIds,
    Groups: vpcGroups(SecurityGroupIds, VpcId, context),
    RouteTableIds: [],
  };
  if (made.PrivateDnsEnabled) checkPrivateDns(context.store, made);
  const NetworkInterfaceIds = places.map((one) => addEndpointInterface(context.store, made, one));
  const DnsEntries = dnsEntries(context.store, made, randomBytes(4).toString("hex"));
  return { ...made, NetworkInterfaceIds, DnsEntries };
}

function noService(name: string): AwsError {
  return ec2Error("InvalidServiceName", `The Vpc Endpoint Service '${name}' does not exist`);
}
