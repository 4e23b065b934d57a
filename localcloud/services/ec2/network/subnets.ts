import type { Subnet } from "@aws-sdk/client-ec2";
import { formatArn } from "../../../core/arn";
import { freeAddresses } from "./addresses";
import { api, ec2Error, invalidParameter } from "../api";
import { contains, networkBlock, overlap } from "./cidr";
import { selectResources, newId, notFound, shown, tagsOfNewResource } from "../queries/described";
import { type Stored, ZONES } from "../store";
import { vpcs } from "./vpcs";

export const subnets = api.entity<Stored<Subnet>>({
  all: (store) => store.subnets,
  arn: (id, place) => formatArn("ec2", place, `subnet/${id || "*"}`),
  notFound: (id) => notFound("subnet", id),
  tags: (subnet) => subnet.tags,
  operations: {
    DescribeSubnets: {
      lists: "Subnets",
      max: 1000,
      among: ({ SubnetIds, Filters }, { store }) =>
        selectResources(store.subnets, "subnet", SubnetIds, "DescribeSubnets", Filters),
      view: (subnet, _input, { store }) => ({
        ...shown(subnet),
        AvailableIpAddressCount: freeAddresses(store, subnet),
      }),
    },
    ModifySubnetAttribute: {
      on: "SubnetId",
      run(subnet, { MapPublicIpOnLaunch: change }) {
        if (change) subnet.shape = { ...subnet.shape, MapPublicIpOnLaunch: change.Value };
      },
    },
    DeleteSubnet: {
      on: "SubnetId",
      check(id) {
        if (!/^subnet-/.test(id)) throw invalidParameter(`Invalid id: "${id}"`);
      },
      run({ id }, _input, { store }) {
        const all = [...store.networkInterfaces.values()];
        if (all.some(({ shape }) => shape.SubnetId === id))
          throw ec2Error(
            "DependencyViolation",
            `The subnet '${id}' has dependencies and cannot be deleted.`,
          );
        store.subnets.delete(id);
        store.addresses.delete(id);
      },
    },
    CreateSubnet: {
      names: "VpcId",
      does({ VpcId, CidrBlock: given = "", AvailabilityZone: zone, TagSpecifications }, context) {
        const vpc = vpcs.at(VpcId, context);
        const { region, accountId, store } = context;
        const CidrBlock = networkBlock(given, wrongRange);
        if (!contains(vpc.shape.CidrBlock ?? "", CidrBlock)) throw wrongRange(given);
        const others = [...store.subnets.values()].filter(({ shape }) => shape.VpcId === vpc.id);
        if (others.some(({ shape }) => overlap(shape.CidrBlock ?? "", CidrBlock)))
          throw ec2Error(
            "InvalidSubnet.Conflict",
            `The CIDR '${given}' conflicts with another subnet`,
          );
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
          State: "available",
          OwnerId: accountId,
          SubnetArn: formatArn("ec2", context, `subnet/${id}`),
          MapPublicIpOnLaunch: false,
          DefaultForAz: false,
        };
        const subnet = { id, shape, tags: tagsOfNewResource(TagSpecifications, "subnet") };
        store.subnets.set(id, subnet);
        const AvailableIpAddressCount = freeAddresses(store, subnet);
        return { Subnet: { ...shown(subnet), AvailableIpAddressCount } };
      },
    },
  },
});

function wrongRange(block: string) {
  return ec2Error("InvalidSubnet.Range", `The CIDR '${block}' is invalid.`);
}
