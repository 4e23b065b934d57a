import type * as Sdk from "@aws-sdk/client-ec2";
import type { Vpc } from "@aws-sdk/client-ec2";
import { formatArn } from "../../../core/arn";
import type { OperationOf } from "../../../entities/api";
import { api, ec2Error } from "../api";
import { networkBlock } from "./cidr";
import { selectResources, newId, notFound, shown, tagsOfNewResource } from "../queries/described";
import { addVpc, type Ec2Store, type StoredVpc } from "../store";

export const vpcs = api.entity<StoredVpc>({
  all: (store) => store.vpcs,
  arn: (id, place) => formatArn("ec2", place, `vpc/${id || "*"}`),
  notFound: (id) => notFound("vpc", id),
  tags: (vpc) => vpc.tags,
  operations: {
    DescribeVpcs: {
      lists: "Vpcs",
      max: 1000,
      among: ({ VpcIds, Filters }, { store }) =>
        selectResources(store.vpcs, "vpc", VpcIds, "DescribeVpcs", Filters),
      view: shown,
    },
    DescribeVpcAttribute: {
      on: "VpcId",
      run: ({ id, attributes }, { Attribute }) => ({
        VpcId: id,
        ...(Attribute === "enableDnsSupport" && {
          EnableDnsSupport: { Value: attributes.EnableDnsSupport },
        }),
        ...(Attribute === "enableDnsHostnames" && {
          EnableDnsHostnames: { Value: attributes.EnableDnsHostnames },
        }),
      }),
    },
    ModifyVpcAttribute: {
      on: "VpcId",
      run({ attributes }, { EnableDnsSupport: support, EnableDnsHostnames: names }) {
        attributes.EnableDnsSupport = support?.Value ?? attributes.EnableDnsSupport;
        attributes.EnableDnsHostnames = names?.Value ?? attributes.EnableDnsHostnames;
      },
    },
    DeleteVpc: {
      names: "VpcId",
      does({ VpcId }, context) {
        const { store } = context;
        const { id } = vpcs.at(VpcId, context);
        const groups = [...store.securityGroups.values()].filter(({ shape }) => shape.VpcId === id);
        const inUse =
          groups.some(({ shape }) => shape.GroupName !== "default") ||
          [...store.subnets.values()].some(({ shape }) => shape.VpcId === id);
        if (inUse)
          throw ec2Error(
            "DependencyViolation",
            `The vpc '${id}' has dependencies and cannot be deleted.`,
          );
        for (const group of groups) store.securityGroups.delete(group.id);
        store.vpcs.delete(id);
      },
    },
  },
});

export const createVpc: OperationOf<typeof Sdk, Ec2Store, "CreateVpc"> = {
  access: (_input, context) => [vpcs.access("CreateVpc", "*", context)],
  run(
    { CidrBlock: given = "", InstanceTenancy = "default", TagSpecifications },
    { store, accountId },
  ) {
    const CidrBlock = networkBlock(given, (block) =>
      ec2Error("InvalidVpc.Range", `The CIDR '${block}' is invalid.`),
    );
    const id = newId("vpc");
    const shape: Vpc = {
      VpcId: id,
      CidrBlock,
      InstanceTenancy,
      State: "available",
      OwnerId: accountId,
      IsDefault: false,
    };
    return { Vpc: shown(addVpc(store, id, shape, tagsOfNewResource(TagSpecifications, "vpc"))) };
  },
};
