import type * as Sdk from "@aws-sdk/client-ec2";
import type { Instance } from "@aws-sdk/client-ec2";
import type { InstanceArgs } from "@pulumi/aws/ec2/instance";
import { isDeepStrictEqual } from "node:util";
import {
  completing,
  defineResource,
  tagList,
  tagOutputs,
  unlessGone,
  type Args,
} from "../../define";
import type { Properties, ProviderContext } from "../../types";
import { ec2, setTags } from "./client";

type Inputs = Args<InstanceArgs>;

const GONE = ["InvalidInstanceID.NotFound"];

/** Milliseconds between two checks of an instance that changes its state, and the number of checks. */
const PAUSE_MS = 200;
const MAX_POLLS = 50;

/**
 * One instance. Unlike on AWS the program does not wait until it runs: here that takes one to three minutes of the
 * cloud's time.
 */
export const instance = defineResource<Inputs>({
  token: "aws:ec2/instance:Instance",
  inputs: [
    "ami",
    "availabilityZone",
    "iamInstanceProfile",
    "instanceType",
    "keyName",
    "metadataOptions",
    "monitoring",
    "sourceDestCheck",
    "subnetId",
    "tags",
    "userData",
    "userDataBase64",
    "userDataReplaceOnChange",
    "vpcSecurityGroupIds",
  ],
  computed: ["availabilityZone", "subnetId", "vpcSecurityGroupIds"],
  volatileOutputs: ["instanceState", "publicIp"],
  defaults: { monitoring: false, sourceDestCheck: true, userDataReplaceOnChange: false },
  required: ["ami", "instanceType"],
  replaceOn: [
    "ami",
    "availabilityZone",
    "iamInstanceProfile",
    "keyName",
    "metadataOptions",
    "monitoring",
    "subnetId",
  ],
  async create(inputs, context) {
    const { Instances: [made] = [] } = await ec2.send("RunInstances", launchOf(inputs), context);
    const id = made?.InstanceId ?? "";
    return completing(id, () => changeInterface(id, inputs, { sourceDestCheck: true }, context));
  },
  read: (id, inputs, context) =>
    unlessGone(GONE, async () => {
      const found = await find(id, context);
      const isThere = found && !/^(shutting-down|terminated)$/.test(found.State?.Name ?? "");
      return isThere ? shown(found, inputs, context) : undefined;
    }),
  async update(id, news, olds, context) {
    await changeInterface(id, news, olds, context);
    await changeStopped(id, news, olds, context);
    await setTags(id, olds.tags, news.tags, context);
  },
  async delete(id, _state, context) {
    // Subnets and security groups cannot be deleted before it has ended.
    await unlessGone(GONE, async () => {
      await ec2.send("TerminateInstances", { InstanceIds: [id] }, context);
      await untilState(id, "terminated", context);
    });
  },
});

function launchOf(inputs: Inputs): Sdk.RunInstancesCommandInput {
  const { ami, instanceType, subnetId, keyName, vpcSecurityGroupIds, tags, monitoring } = inputs;
  const { availabilityZone, iamInstanceProfile: profile } = inputs;
  return {
    MinCount: 1,
    MaxCount: 1,
    ImageId: ami,
    InstanceType: instanceType as Sdk._InstanceType,
    SubnetId: subnetId,
    KeyName: keyName,
    SecurityGroupIds: vpcSecurityGroupIds,
    Monitoring: { Enabled: monitoring ?? false },
    UserData: userDataOf(inputs),
    // An instance profile is given by its resource or by its name.
    ...(profile !== undefined && { IamInstanceProfile: { Name: String(profile) } }),
    ...(availabilityZone && { Placement: { AvailabilityZone: availabilityZone } }),
    ...(tags && { TagSpecifications: [{ ResourceType: "instance", Tags: tagList(tags) }] }),
  };
}

function userDataOf({ userData, userDataBase64 }: Inputs): string | undefined {
  return userData === undefined ? userDataBase64 : Buffer.from(userData).toString("base64");
}

async function find(id: string, context: ProviderContext): Promise<Instance | undefined> {
  const request = { InstanceIds: [id] };
  const { Reservations: [found] = [] } = await ec2.send("DescribeInstances", request, context);
  return found?.Instances?.[0];
}

function shown(found: Instance, inputs: Partial<Inputs>, { aws }: ProviderContext): Properties {
  const { InstanceId: id, NetworkInterfaces: [first] = [] } = found;
  const { userData, userDataBase64, userDataReplaceOnChange = false, metadataOptions } = inputs;
  const profile = found.IamInstanceProfile?.Arn?.split("/").at(-1);
  return {
    ami: found.ImageId,
    arn: `arn:aws:ec2:${aws.region}:${aws.accountId}:instance/${id}`,
    availabilityZone: found.Placement?.AvailabilityZone,
    ...(profile !== undefined && { iamInstanceProfile: profile }),
    instanceState: found.State?.Name,
    instanceType: found.InstanceType,
    ...(found.KeyName !== undefined && { keyName: found.KeyName }),
    monitoring: found.Monitoring?.State === "enabled",
    primaryNetworkInterfaceId: first?.NetworkInterfaceId,
    privateDns: found.PrivateDnsName,
    privateIp: found.PrivateIpAddress,
    publicIp: found.PublicIpAddress,
    sourceDestCheck: first?.SourceDestCheck ?? true,
    subnetId: found.SubnetId,
    vpcSecurityGroupIds: found.SecurityGroups?.map(({ GroupId }) => GroupId),
    // EC2 returns them by separate calls: the program's values are kept.
    ...Object.fromEntries(
      Object.entries({ userData, userDataBase64, userDataReplaceOnChange, metadataOptions }).filter(
        ([, value]) => value !== undefined,
      ),
    ),
    ...tagOutputs(found.Tags?.map(({ Key = "", Value = "" }) => ({ Key, Value }))),
  };
}

/** Changes properties of its first interface. AWS accepts one attribute per call. */
async function changeInterface(
  id: string,
  news: Inputs,
  olds: Partial<Inputs>,
  context: ProviderContext,
): Promise<void> {
  const { sourceDestCheck: Value, vpcSecurityGroupIds: Groups } = news;
  const changes = [
    Value !== olds.sourceDestCheck && { SourceDestCheck: { Value } },
    Groups &&
      olds.vpcSecurityGroupIds &&
      !isDeepStrictEqual(Groups, olds.vpcSecurityGroupIds) && { Groups },
  ];
  if (!changes.some(Boolean)) return;
  const found = await find(id, context);
  const NetworkInterfaceId = found?.NetworkInterfaces?.[0]?.NetworkInterfaceId ?? "";
  for (const change of changes)
    if (change)
      await ec2.send("ModifyNetworkInterfaceAttribute", { NetworkInterfaceId, ...change }, context);
}

/** Changes properties that can change only while it is stopped. */
async function changeStopped(
  InstanceId: string,
  news: Inputs,
  olds: Inputs,
  context: ProviderContext,
): Promise<void> {
  const [userData, before] = [userDataOf(news), userDataOf(olds)];
  const changes = [
    news.instanceType !== olds.instanceType && { InstanceType: { Value: news.instanceType } },
    userData !== before && { UserData: { Value: Buffer.from(userData ?? "", "base64") } },
  ];
  if (!changes.some(Boolean)) return;
  const request = { InstanceIds: [InstanceId] };
  await ec2.send("StopInstances", request, context);
  await untilState(InstanceId, "stopped", context);
  for (const change of changes)
    if (change) await ec2.send("ModifyInstanceAttribute", { InstanceId, ...change }, context);
  await ec2.send("StartInstances", request, context);
}

async function untilState(id: string, state: string, context: ProviderContext): Promise<void> {
  for (let poll = 0; poll < MAX_POLLS; poll += 1) {
    const found = await find(id, context);
    if (!found || found.State?.Name === state) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
