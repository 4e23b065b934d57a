import type { Subnet } from "@aws-sdk/client-ec2";
import { formatArn } from "../../core/arn";
import { api, ec2Error, invalidParameter } from "./api";
import { described, newId, notFound, shown, taggedAtBirth } from "./described";
import { type Ec2Store, type Stored, ZONES } from "./store";
import { BLOCK, vpcs } from "./vpcs";

export const subnets = api.entity<Stored<Subnet>>({
  all: (store) => store.subnets,
  arn: (id, place) => formatArn("ec2", place, `subnet/${id || "*"}`),
  gone: (id) => notFound("subnet", id),
  tags: (subnet) => subnet.tags,
  operations: {
    DescribeSubnets: {
      lists: "Subnets",
      max: 1000,
      among: ({ SubnetIds, Filters }, { store }) =>
        described(store.subnets, "subnet", SubnetIds, Filters),
      view: shown,
    },
    ModifySubnetAttribute: {
      on: "SubnetId",
      run(subnet, { MapPublicIpOnLaunch: change }) {
        if (change) subnet.shape = { ...subnet.shape, MapPublicIpOnLaunch: change.Value };
      },
    },
    DeleteSubnet: {
      removes: "SubnetId",
      check(id) {
        if (!/^subnet-/.test(id)) throw invalidParameter(`Invalid id: "${id}"`);
      },
    },
    CreateSubnet: {
      names: "VpcId",
      does({ VpcId, CidrBlock = "", AvailabilityZone: zone, TagSpecifications }, context) {
        const vpc = vpcs.at(VpcId, context);
        const { region, accountId, store } = context;
        if (!BLOCK.test(CidrBlock))
          throw ec2Error("InvalidSubnet.Range", `The CIDR '${CidrBlock}' is invalid.`);
        const zones = ZONES.map((letter) => `${region}${letter}`);
        if (zone !== undefined && !zones.includes(zone))
          throw invalidParameter(
            `Value (${zone}) for parameter availabilityZone is invalid. ` +
              `Subnets can currently only be created in the following availability zones: ${zones.join(", ")}.`,
          );
        const id = newId("subnet");
        const shape: Subnet = {
          SubnetId: id,
          VpcId: vpc.id,
          CidrBlock,
          AvailabilityZone: zone ?? zones[0],
          // Five addresses of each subnet are AWS's own.
          AvailableIpAddressCount: 2 ** (32 - Number(CidrBlock.split("/")[1])) - 5,
          State: "available",
          OwnerId: accountId,
          SubnetArn: formatArn("ec2", context, `subnet/${id}`),
          MapPublicIpOnLaunch: false,
          DefaultForAz: false,
        };
        const subnet = { id, shape, tags: taggedAtBirth(TagSpecifications, "subnet") };
        store.subnets.set(id, subnet);
        return { Subnet: shown(subnet) };
      },
    },
  },
});

/** The next free address of a subnet; the first four are AWS's own. */
export function nextAddress(
  { addresses }: Ec2Store,
  { SubnetId = "", CidrBlock = "" }: Subnet,
): string {
  const used = (addresses.get(SubnetId) ?? 3) + 1;
  addresses.set(SubnetId, used);
  const parts = CidrBlock.split("/")[0].split(".").map(Number);
  const number = parts.reduce((sum, part) => sum * 256 + part, 0) + used;
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}
