import type * as Sdk from "@aws-sdk/client-ec2";
import type { VpcEndpoint } from "@aws-sdk/client-ec2";
import { refuseOptions } from "../../../core/errors";
import type { CallContext } from "../../../core/service";
import type { InputOf } from "../../../entities/api";
import { checkPolicy, checkTables, FULL_ACCESS, refuseMembers, subnetsOf } from "./endpointChecks";
import {
  addEndpointInterface,
  checkPrivateDns,
  checkZones,
  dnsEntries,
  removeEndpointInterfaces,
} from "./interfaceEndpoints";
import { changeInterface } from "./interfaces";
import { vpcGroups } from "./securityGroups";
import type { Ec2Store, Stored } from "../store";

type Context = CallContext<Ec2Store>;
type ModifyInput = InputOf<typeof Sdk, "ModifyVpcEndpoint">;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html */
export function changeEndpoint(
  endpoint: Stored<VpcEndpoint>,
  input: ModifyInput,
  context: Context,
): void {
  refuseOptions(
    input,
    ["IpAddressType", "DnsOptions", "SubnetConfigurations"],
    "ec2:ModifyVpcEndpoint",
  );
  checkPolicy(input.PolicyDocument);
  const { shape } = endpoint;
  const PolicyDocument = input.ResetPolicy
    ? FULL_ACCESS
    : (input.PolicyDocument ?? shape.PolicyDocument);
  const rest =
    shape.VpcEndpointType === "Gateway"
      ? changedGateway(shape, input)
      : changedInterface(shape, input, context);
  endpoint.shape = { ...rest, PolicyDocument };
}

function changedGateway(shape: VpcEndpoint, input: ModifyInput): VpcEndpoint {
  refuseMembers(input, "Gateway", ["AddSubnetIds", "AddSecurityGroupIds", "PrivateDnsEnabled"]);
  const { AddRouteTableIds = [], RemoveRouteTableIds = [] } = input;
  checkTables(shape, AddRouteTableIds);
  const all = new Set([...(shape.RouteTableIds ?? []), ...AddRouteTableIds]);
  return { ...shape, RouteTableIds: [...all].filter((id) => !RemoveRouteTableIds.includes(id)) };
}

function changedInterface(shape: VpcEndpoint, input: ModifyInput, context: Context): VpcEndpoint {
  refuseMembers(input, "Interface", ["AddRouteTableIds"]);
  const { store } = context;
  const { AddSubnetIds = [], RemoveSubnetIds = [] } = input;
  const before = (shape.SubnetIds ?? []).filter((id) => !RemoveSubnetIds.includes(id));
  const added = AddSubnetIds.filter((id) => !before.includes(id));
  const SubnetIds = [...before, ...added];
  checkZones(subnetsOf(SubnetIds, shape.VpcId, context));
  const PrivateDnsEnabled = input.PrivateDnsEnabled ?? shape.PrivateDnsEnabled;
  if (PrivateDnsEnabled && !shape.PrivateDnsEnabled) checkPrivateDns(store, shape);
  const changed = {
    ...shape,
    SubnetIds,
    PrivateDnsEnabled,
    Groups: groupsOf(shape, input, context),
  };
  removeEndpointInterfaces(store, shape, RemoveSubnetIds);
  const kept = (shape.NetworkInterfaceIds ?? []).filter((id) => store.networkInterfaces.has(id));
  for (const id of kept) {
    const one = store.networkInterfaces.get(id);
    if (one) changeInterface(one, { Groups: changed.Groups }, store);
  }
  const places = subnetsOf(added, shape.VpcId, context);
  const NetworkInterfaceIds = [
    ...kept,
    ...places.map((subnet) => addEndpointInterface(store, changed, subnet)),
  ];
  return {
    ...changed,
    NetworkInterfaceIds,
    DnsEntries: dnsEntries(store, changed, suffixOf(shape)),
  };
}

function groupsOf(
  shape: VpcEndpoint,
  { AddSecurityGroupIds = [], RemoveSecurityGroupIds = [] }: ModifyInput,
  context: Context,
): VpcEndpoint["Groups"] {
  const before = (shape.Groups ?? []).map(({ GroupId = "" }) => GroupId);
  const all = [...new Set([...before, ...AddSecurityGroupIds])];
  return vpcGroups(
    all.filter((id) => !RemoveSecurityGroupIds.includes(id)),
    shape.VpcId,
    context,
  );
}

/** Returns the part of an endpoint's names that follows its id. */
function suffixOf({ VpcEndpointId = "", DnsEntries: [regional] = [] }: VpcEndpoint): string {
  return regional?.DnsName?.slice(VpcEndpointId.length + 1).split(".")[0] ?? "";
}
