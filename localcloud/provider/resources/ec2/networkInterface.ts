import type { GroupIdentifier, PrivateIpAddressSpecification } from "@aws-sdk/client-ec2";
import type { NetworkInterfaceArgs } from "@pulumi/aws/ec2/networkInterface";
import type { NetworkInterfaceAttachmentArgs } from "@pulumi/aws/ec2/networkInterfaceAttachment";
import { isDeepStrictEqual } from "node:util";
import { defineResource, ignoreGone, type Args } from "../../define";
import type { ProviderContext } from "../../types";
import { ec2 } from "./client";

type Inputs = Args<NetworkInterfaceArgs>;

/** Milliseconds between two checks of an interface that changes its state, and the number of checks. */
const PAUSE_MS = 100;
const MAX_POLLS = 50;

export const networkInterface = ec2.resource<Inputs>({
  token: "aws:ec2/networkInterface:NetworkInterface",
  inputs: [
    "description",
    "interfaceType",
    "ipv6AddressCount",
    "privateIps",
    "privateIpsCount",
    "securityGroups",
    "sourceDestCheck",
    "subnetId",
    "tags",
  ],
  outputs: ["arn", "macAddress", "ownerId", "privateDnsName", "privateIp"],
  names: {
    Groups: "securityGroups",
    PrivateIpAddress: "privateIp",
    PrivateIpAddresses: "privateIps",
    SecondaryPrivateIpAddressCount: "privateIpsCount",
  },
  forms: {
    Groups: {
      toWire: (ids: string[]) => ids,
      fromWire: (groups: GroupIdentifier[]) => groups.map(({ GroupId }) => GroupId),
    },
    PrivateIpAddresses: {
      toWire: (addresses: string[]) =>
        addresses.map((PrivateIpAddress, index) => ({ PrivateIpAddress, Primary: index === 0 })),
      fromWire: (addresses: PrivateIpAddressSpecification[]) =>
        addresses.map(({ PrivateIpAddress }) => PrivateIpAddress),
    },
  },
  defaults: { sourceDestCheck: true },
  computed: [
    "interfaceType",
    "ipv6AddressCount",
    "privateIps",
    "privateIpsCount",
    "securityGroups",
  ],
  required: ["subnetId"],
  replaceOn: ["interfaceType", "ipv6AddressCount", "privateIps", "privateIpsCount", "subnetId"],
  gone: ["InvalidNetworkInterfaceID.NotFound"],
  create: { CreateNetworkInterface: () => ({}) },
  id: (_inputs, { NetworkInterface }) =>
    (NetworkInterface as { NetworkInterfaceId: string }).NetworkInterfaceId,
  read: { DescribeNetworkInterfaces: (id) => ({ NetworkInterfaceIds: [id] }) },
  outputsFrom: (found, id, inputs) => ({
    ...found,
    arn: `arn:aws:ec2:${region(found)}:${String(found.ownerId)}:network-interface/${id}`,
    description: found.description || undefined,
    ipv6AddressCount: (found.ipv6Addresses as unknown[] | undefined)?.length ?? 0,
    privateIpsCount: (found.privateIps as string[]).length - 1,
    ...(inputs.description === "" && { description: "" }),
  }),
  async complete(id, { news, olds }, context) {
    if (!olds) await waitForStatus(id, "available", context);
    await changeAttributes(id, news, olds ?? { ...news, sourceDestCheck: true }, context);
  },
  delete: { DeleteNetworkInterface: (NetworkInterfaceId) => ({ NetworkInterfaceId }) },
  tags: {
    of: (id: string) => ({ Resources: [id] }),
    tag: "CreateTags",
    untag: "DeleteTags",
  },
});

type AttachmentInputs = Args<NetworkInterfaceAttachmentArgs>;

export const networkInterfaceAttachment = defineResource<AttachmentInputs>({
  token: "aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment",
  inputs: ["deviceIndex", "instanceId", "networkCardIndex", "networkInterfaceId"],
  computed: ["networkCardIndex"],
  required: ["deviceIndex", "instanceId", "networkInterfaceId"],
  replaceOn: ["deviceIndex", "instanceId", "networkCardIndex", "networkInterfaceId"],
  deleteBeforeReplace: true,
  async create({ deviceIndex, instanceId, networkCardIndex, networkInterfaceId }, context) {
    const { AttachmentId = "" } = await ec2.send(
      "AttachNetworkInterface",
      {
        DeviceIndex: deviceIndex,
        InstanceId: instanceId,
        NetworkCardIndex: networkCardIndex,
        NetworkInterfaceId: networkInterfaceId,
      },
      context,
    );
    await waitForStatus(networkInterfaceId, "in-use", context);
    return AttachmentId;
  },
  async read(id, _inputs, context) {
    const { NetworkInterfaces: [found] = [] } = await ec2.send(
      "DescribeNetworkInterfaces",
      { Filters: [{ Name: "attachment.attachment-id", Values: [id] }] },
      context,
    );
    const { Attachment: attached, NetworkInterfaceId: networkInterfaceId } = found ?? {};
    if (!attached || attached.Status === "detaching") return undefined;
    return {
      attachmentId: id,
      deviceIndex: attached.DeviceIndex,
      instanceId: attached.InstanceId,
      networkCardIndex: attached.NetworkCardIndex,
      networkInterfaceId,
      status: attached.Status,
    };
  },
  async delete(AttachmentId, { networkInterfaceId }, context) {
    await ignoreGone(["InvalidAttachmentID.NotFound"], async () => {
      await ec2.send("DetachNetworkInterface", { AttachmentId, Force: true }, context);
      await waitForStatus(networkInterfaceId, "available", context);
    });
  },
});

/** Changes attributes; AWS accepts one per call. */
async function changeAttributes(
  NetworkInterfaceId: string,
  news: Inputs,
  olds: Inputs,
  context: ProviderContext,
): Promise<void> {
  const { description, securityGroups, sourceDestCheck } = news;
  const changes = [
    description !== olds.description && { Description: { Value: description ?? "" } },
    securityGroups &&
      !isDeepStrictEqual(securityGroups, olds.securityGroups) && { Groups: securityGroups },
    sourceDestCheck !== olds.sourceDestCheck && { SourceDestCheck: { Value: sourceDestCheck } },
  ];
  for (const change of changes)
    if (change)
      await ec2.send("ModifyNetworkInterfaceAttribute", { NetworkInterfaceId, ...change }, context);
}

async function waitForStatus(id: string, status: string, context: ProviderContext): Promise<void> {
  for (let poll = 0; poll < MAX_POLLS; poll += 1) {
    const { NetworkInterfaces: [found] = [] } = await ec2.send(
      "DescribeNetworkInterfaces",
      { NetworkInterfaceIds: [id] },
      context,
    );
    if (found?.Status === status) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

function region({ availabilityZone }: { [name: string]: unknown }): string {
  return String(availabilityZone).slice(0, -1);
}
