import type { DnsEntry, Subnet, VpcEndpoint } from "@aws-sdk/client-ec2";
import { randomBytes } from "node:crypto";
import { takeAddresses } from "./addresses";
import { ec2Error } from "../api";
import { addInterface, dnsName, removeInterface } from "./interfaces";
import type { Ec2Store, Stored } from "../store";

/**
 * Services of this cloud that have interface endpoints. EC2 Instance Connect has none.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
 */
const SERVICES = [
  "application-autoscaling",
  "autoscaling",
  "ec2",
  "ec2messages",
  "ecs",
  "ecs-agent",
  "ecs-telemetry",
  "events",
  "execute-api",
  "kms",
  "lambda",
  "logs",
  "monitoring",
  "scheduler",
  "secretsmanager",
  "sns",
  "sqs",
  "ssm",
  "ssmmessages",
  "sts",
];

/** Returns the part of a service's name after the region; undefined for one that does not exist. */
export function endpointService(serviceName: string, region: string): string | undefined {
  const prefix = `com.amazonaws.${region}.`;
  const service = serviceName.slice(prefix.length);
  return serviceName.startsWith(prefix) && SERVICES.includes(service) ? service : undefined;
}

/**
 * Refuses two subnets in one zone. Text from
 * https://github.com/terraform-aws-modules/terraform-aws-vpc/issues/583
 */
export function checkZones(subnets: readonly Stored<Subnet>[]): void {
  const zones = new Set<string | undefined>();
  for (const { id, shape } of subnets) {
    if (zones.has(shape.AvailabilityZone))
      throw ec2Error(
        "DuplicateSubnetsInSameZone",
        `Found another VPC endpoint subnet in the availability zone of ${id}. VPC endpoint subnets should be ` +
          "in different availability zones supported by the VPC endpoint service.",
      );
    zones.add(shape.AvailabilityZone);
  }
}

/**
 * Checks that the VPC resolves private names, and that no other endpoint has the name.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html (PrivateDnsEnabled); text of the
 * conflict from https://github.com/hashicorp/terraform-provider-aws/issues/17535
 */
export function checkPrivateDns(store: Ec2Store, endpoint: VpcEndpoint): void {
  const { VpcEndpointId, VpcId = "", ServiceName = "" } = endpoint;
  const { EnableDnsSupport, EnableDnsHostnames } = store.vpcs.get(VpcId)?.attributes ?? {};
  if (!EnableDnsSupport || !EnableDnsHostnames)
    throw ec2Error(
      "InvalidParameter",
      `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${VpcId}`,
    );
  const taken = [...store.vpcEndpoints.values()].some(
    ({ id, shape }) =>
      id !== VpcEndpointId &&
      shape.VpcId === VpcId &&
      shape.ServiceName === ServiceName &&
      shape.PrivateDnsEnabled,
  );
  if (taken)
    throw ec2Error(
      "InvalidParameter",
      `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${privateName(ServiceName)} in the VPC ${VpcId}`,
    );
}

/** Adds the endpoint's interface in a subnet, and returns its id. */
export function addEndpointInterface(
  store: Ec2Store,
  { VpcEndpointId, Groups = [] }: VpcEndpoint,
  subnet: Stored<Subnet>,
): string {
  const [PrivateIpAddress] = takeAddresses(store, subnet, 1);
  const { id } = addInterface(store, {
    subnet,
    groups: Groups.map(({ GroupId = "", GroupName = "" }) => ({ GroupId, GroupName })),
    tags: new Map(),
    shape: {
      // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/requester-managed-eni.html
      Description: `VPC Endpoint Interface ${VpcEndpointId}`,
      InterfaceType: "vpc_endpoint",
      RequesterManaged: true,
      PrivateIpAddresses: [
        { Primary: true, PrivateIpAddress, PrivateDnsName: dnsName(PrivateIpAddress) },
      ],
      Status: "in-use",
      Attachment: {
        AttachmentId: `ela-attach-0${randomBytes(8).toString("hex")}`,
        DeviceIndex: 1,
        InstanceOwnerId: "amazon-aws",
        DeleteOnTermination: false,
        Status: "attached",
      },
    },
  });
  return id;
}

/** Removes the interfaces of an endpoint: all, or those in some subnets. */
export function removeEndpointInterfaces(
  store: Ec2Store,
  { NetworkInterfaceIds = [] }: VpcEndpoint,
  subnetIds?: readonly string[],
): void {
  for (const id of NetworkInterfaceIds) {
    const one = store.networkInterfaces.get(id);
    if (one && (!subnetIds || subnetIds.includes(one.shape.SubnetId ?? "")))
      removeInterface(one, store);
  }
}

/**
 * Returns the names of an endpoint: of the region, of each zone, and the service's own if private DNS is enabled. The
 * ids of hosted zones are invented.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html#interface-endpoint-dns-hostnames
 */
export function dnsEntries(store: Ec2Store, endpoint: VpcEndpoint, suffix: string): DnsEntry[] {
  const { VpcEndpointId, ServiceName = "", SubnetIds = [], PrivateDnsEnabled } = endpoint;
  const [, , region, ...service] = ServiceName.split(".");
  const zones = SubnetIds.flatMap((id) => store.subnets.get(id)?.shape.AvailabilityZone ?? []);
  const name = (zone: string): string =>
    `${VpcEndpointId}-${suffix}${zone}.${service.join(".")}.${region}.vpce.amazonaws.com`;
  const HostedZoneId = "Z0LOCALCLOUD";
  return [
    ...["", ...zones.sort().map((zone) => `-${zone}`)].map((zone) => ({
      DnsName: name(zone),
      HostedZoneId,
    })),
    ...(PrivateDnsEnabled
      ? [{ DnsName: privateName(ServiceName), HostedZoneId: "Z0PRIVATE" }]
      : []),
  ];
}

function privateName(serviceName: string): string {
  const [, , region, ...service] = serviceName.split(".");
  return `${service.reverse().join(".")}.${region}.amazonaws.com`;
}
