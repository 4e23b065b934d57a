import type * as Sdk from "@aws-sdk/client-ec2";
import type { NetworkInterface, Subnet } from "@aws-sdk/client-ec2";
import { formatArn } from "../../../core/arn";
import type { AccessCheck } from "../../../core/service";
import type { OperationOf, InputOf } from "../../../entities/api";
import { freeAddresses, takeAddress, takeAddresses, takePrefixes } from "../network/addresses";
import { ec2Error, invalidParameter } from "../api";
import { requestTags, tagsOfNewResource } from "../queries/described";
import { addInterface, changeInterface, dnsName } from "../network/interfaces";
import { securityGroups, vpcGroups } from "../network/securityGroups";
import type { Ec2Store, Stored, StoredInterface } from "../store";
import { subnets } from "../network/subnets";
import { networkInterfaces, shownInterface, type Context } from "./networkInterfaces";

type Input = InputOf<typeof Sdk, "CreateNetworkInterface">;

/** Time from the creation of an interface until it is available. */
const CREATION_MS = 1000;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkInterface.html */
export const createNetworkInterface: OperationOf<typeof Sdk, Ec2Store, "CreateNetworkInterface"> = {
  access: ({ SubnetId, Groups = [], TagSpecifications }, context) =>
    creationChecks({ SubnetId, Groups, tags: requestTags(TagSpecifications) }, context),
  run(input, context) {
    const { store } = context;
    const token = input.ClientToken ?? "";
    const request = JSON.stringify(input);
    const earlier = store.interfaceTokens.get(token);
    if (token && earlier) {
      if (earlier.request !== request)
        throw ec2Error(
          "IdempotentParameterMismatch",
          "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
        );
      // A token outlives its interface: the response may describe one that was deleted.
      const found = store.networkInterfaces.get(earlier.made.id) ?? earlier.made;
      return { NetworkInterface: shownInterface(found), ClientToken: token };
    }
    const made = create(input, context);
    if (token) store.interfaceTokens.set(token, { request, made: { ...made } });
    return { NetworkInterface: shownInterface(made), ...(token && { ClientToken: token }) };
  },
};

/**
 * Returns the checks of a creation; the new interface and its tags are checked separately.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
function creationChecks(
  of: { SubnetId: string; Groups: readonly string[]; tags: AccessCheck["context"] },
  context: Context,
): AccessCheck[] {
  const action = "CreateNetworkInterface";
  const subnet = context.store.subnets.get(of.SubnetId);
  const place = {
    ...(subnet && { "ec2:AvailabilityZone": subnet.shape.AvailabilityZone ?? "" }),
    "ec2:Subnet": formatArn("ec2", context, `subnet/${of.SubnetId}`),
    ...(subnet && { "ec2:Vpc": formatArn("ec2", context, `vpc/${subnet.shape.VpcId}`) }),
  };
  const created = { ...of.tags, "ec2:CreateAction": action };
  return [
    networkInterfaces.access(action, "*", context, { ...place, ...of.tags }),
    subnets.access(action, of.SubnetId, context, { "ec2:SubnetID": of.SubnetId }),
    ...of.Groups.map((id) => securityGroups.access(action, id, context)),
    ...(Object.keys(of.tags ?? {}).length > 0
      ? [networkInterfaces.access("CreateTags", "*", context, created)]
      : []),
  ];
}

function create(input: Input, context: Context): StoredInterface {
  const { store } = context;
  const subnet = subnets.at(input.SubnetId, context);
  const groups = vpcGroups(input.Groups, subnet.shape.VpcId, context);
  const tags = tagsOfNewResource(input.TagSpecifications, "network-interface");
  const made = addInterface(store, {
    subnet,
    groups,
    tags,
    shape: {
      ...addressesOf(input, subnet, store),
      Description: input.Description ?? "",
      InterfaceType: input.InterfaceType ?? "interface",
    },
  });
  made.timer = store.scope.clock.setTimeout(() => {
    made.timer = undefined;
    changeInterface(made, { Status: "available" }, store);
  }, CREATION_MS);
  return made;
}

/**
 * Returns the addresses; the first one is primary. IPv6 addresses are invented, because subnets have no IPv6 block
 * here.
 */
function addressesOf(input: Input, subnet: Stored<Subnet>, store: Ec2Store): NetworkInterface {
  const { PrivateIpAddress, PrivateIpAddresses: listed = [] } = input;
  const ordered = [...listed].sort((one, other) => Number(other.Primary) - Number(one.Primary));
  const chosen = [
    ...(PrivateIpAddress === undefined ? [] : [PrivateIpAddress]),
    ...ordered.map((one) => one.PrivateIpAddress ?? ""),
  ];
  const count = Math.max(chosen.length, 1) + (input.SecondaryPrivateIpAddressCount ?? 0);
  const prefixes = input.Ipv4PrefixCount ?? 0;
  if (freeAddresses(store, subnet) < count + prefixes * 16) throw fullSubnet(prefixes > 0);
  const taken = chosen.map((address) => takeAddress(store, subnet, address));
  const all = [...taken, ...takeAddresses(store, subnet, count - taken.length)];
  const given6 = input.Ipv6Addresses?.map(({ Ipv6Address }) => Ipv6Address ?? "") ?? [];
  return {
    PrivateIpAddresses: all.map((address, index) => ({
      Primary: index === 0,
      PrivateIpAddress: address,
      PrivateDnsName: dnsName(address),
    })),
    Ipv6Addresses: [...given6, ...inventAddresses(all[0], input.Ipv6AddressCount, "")].map(
      (Ipv6Address) => ({
        Ipv6Address,
      }),
    ),
    Ipv4Prefixes: [
      ...(input.Ipv4Prefixes ?? []),
      ...takePrefixes(store, subnet, prefixes).map((Ipv4Prefix) => ({ Ipv4Prefix })),
    ],
    Ipv6Prefixes: [
      ...(input.Ipv6Prefixes ?? []),
      ...inventAddresses(all[0], input.Ipv6PrefixCount, ":/80").map((Ipv6Prefix) => ({
        Ipv6Prefix,
      })),
    ],
  };
}

/**
 * Texts from https://github.com/aws/amazon-vpc-cni-k8s/pull/1773 and
 * https://github.com/aws/amazon-vpc-cni-k8s/issues/3105
 */
function fullSubnet(wantsPrefixes: boolean): Error {
  if (wantsPrefixes)
    return invalidParameter("There aren't sufficient free Ipv4 addresses or prefixes");
  return ec2Error(
    "InsufficientFreeAddressesInSubnet",
    "The specified subnet does not have enough free addresses to satisfy the request.",
  );
}

/**
 * Returns invented IPv6 addresses (or prefixes) that contain the interface's own address, so that they are unique.
 */
function inventAddresses(address: string, count = 0, end: string): string[] {
  const own = address.split(".").map(Number);
  const [high, low] = [own[0] * 256 + own[1], own[2] * 256 + own[3]].map((one) => one.toString(16));
  return Array.from({ length: count }, (_, index) => {
    const number = (index + 1).toString(16);
    return end
      ? `2600:1f18:${high}:${low}:${number}:${end}`
      : `2600:1f18:${high}:${low}::${number}`;
  });
}
