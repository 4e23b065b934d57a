import type * as Sdk from "@aws-sdk/client-ec2";
import type { RequestLaunchTemplateData } from "@aws-sdk/client-ec2";
import type { LaunchTemplateArgs } from "@pulumi/aws/ec2/launchTemplate";
import type { SubnetArgs } from "@pulumi/aws/ec2/subnet";
import type { VpcArgs } from "@pulumi/aws/ec2/vpc";
import type { VpcEndpointArgs } from "@pulumi/aws/ec2/vpcEndpoint";
import {
  completing,
  defineResource,
  ignoreGone,
  tagChanges,
  tagList,
  tagOutputs,
  unlessGone,
  type Args,
} from "../define";
import { awsClient } from "../mapped/resource";
import { networkInterface, networkInterfaceAttachment } from "./networkInterface";
import type { Properties, ProviderContext, ResourceType } from "../types";

const ec2 = awsClient(() => require("@aws-sdk/client-ec2") as typeof Sdk);

const tags = {
  of: (id: string) => ({ Resources: [id] }),
  tag: "CreateTags",
  untag: "DeleteTags",
} as const;

/** EC2 wraps flags that can be changed individually. */
const wrapped = {
  toWire: (Value: boolean) => ({ Value }),
  fromWire: ({ Value }: { Value?: boolean }) => Value,
};

const vpc = ec2.resource<Args<VpcArgs>>({
  token: "aws:ec2/vpc:Vpc",
  inputs: ["cidrBlock", "enableDnsHostnames", "enableDnsSupport", "instanceTenancy", "tags"],
  outputs: ["arn", "mainRouteTableId", "ownerId"],
  names: { RouteTableId: "mainRouteTableId" },
  forms: { EnableDnsHostnames: wrapped, EnableDnsSupport: wrapped },
  defaults: { enableDnsSupport: true, instanceTenancy: "default" },
  computed: ["enableDnsHostnames"],
  required: ["cidrBlock"],
  replaceOn: ["cidrBlock", "instanceTenancy"],
  gone: ["InvalidVpcID.NotFound"],
  create: { CreateVpc: () => ({}) },
  id: (_inputs, { Vpc }) => (Vpc as { VpcId: string }).VpcId,
  read: {
    // First: for tags the last answer takes precedence.
    DescribeRouteTables: (id) => ({
      Filters: [
        { Name: "vpc-id", Values: [id] },
        { Name: "association.main", Values: ["true"] },
      ],
    }),
    DescribeVpcs: (id) => ({ VpcIds: [id] }),
    DescribeVpcAttribute: (VpcId) => [
      { VpcId, Attribute: "enableDnsSupport" },
      { VpcId, Attribute: "enableDnsHostnames" },
    ],
  },
  complete: (VpcId, { news }, context) => setDns(VpcId, news, context),
  delete: { DeleteVpc: (VpcId) => ({ VpcId }) },
  tags,
});

const subnet = ec2.resource<Args<SubnetArgs>>({
  token: "aws:ec2/subnet:Subnet",
  inputs: ["availabilityZone", "cidrBlock", "mapPublicIpOnLaunch", "tags", "vpcId"],
  outputs: ["arn", "ownerId"],
  names: { SubnetArn: "arn" },
  defaults: { mapPublicIpOnLaunch: false },
  computed: ["availabilityZone"],
  required: ["vpcId"],
  replaceOn: ["availabilityZone", "cidrBlock", "vpcId"],
  gone: ["InvalidSubnetID.NotFound"],
  create: { CreateSubnet: () => ({}) },
  id: (_inputs, { Subnet }) => (Subnet as { SubnetId: string }).SubnetId,
  read: { DescribeSubnets: (id) => ({ SubnetIds: [id] }) },
  async complete(SubnetId, { news, olds = { mapPublicIpOnLaunch: false } }, context) {
    const { mapPublicIpOnLaunch: Value } = news;
    if (Value === olds.mapPublicIpOnLaunch) return;
    const MapPublicIpOnLaunch = { Value };
    await ec2.send("ModifySubnetAttribute", { SubnetId, MapPublicIpOnLaunch }, context);
  },
  delete: { DeleteSubnet: (SubnetId) => ({ SubnetId }) },
  tags,
});

const vpcEndpoint = ec2.resource<Args<VpcEndpointArgs>>({
  token: "aws:ec2/vpcEndpoint:VpcEndpoint",
  inputs: ["routeTableIds", "serviceName", "tags", "vpcEndpointType", "vpcId"],
  outputs: ["arn", "ownerId", "state"],
  defaults: { vpcEndpointType: "Gateway" },
  computed: ["routeTableIds"],
  required: ["vpcId"],
  replaceOn: ["serviceName", "vpcEndpointType", "vpcId", "routeTableIds"],
  gone: ["InvalidVpcEndpointId.NotFound"],
  create: { CreateVpcEndpoint: () => ({}) },
  id: (_inputs, { VpcEndpoint }) => (VpcEndpoint as { VpcEndpointId: string }).VpcEndpointId,
  read: { DescribeVpcEndpoints: (id) => ({ VpcEndpointIds: [id] }) },
  delete: { DeleteVpcEndpoints: (id) => ({ VpcEndpointIds: [id] }) },
  tags,
});

type TemplateInputs = Args<LaunchTemplateArgs>;

/** Members of the template's data that have the same name in a program. */
const DATA = [
  "disableApiTermination",
  "iamInstanceProfile",
  "imageId",
  "instanceInitiatedShutdownBehavior",
  "instanceMarketOptions",
  "instanceType",
  "keyName",
  "metadataOptions",
  "monitoring",
  "userData",
] as const satisfies readonly (keyof TemplateInputs)[];

const TEMPLATE_GONE = ["InvalidLaunchTemplateId.NotFound"];

/** A launch template; AWS keeps versions, so every change creates a new one. */
const launchTemplate = defineResource<TemplateInputs>({
  token: "aws:ec2/launchTemplate:LaunchTemplate",
  inputs: [
    ...DATA,
    "defaultVersion",
    "description",
    "name",
    "namePrefix",
    "tagSpecifications",
    "tags",
    "updateDefaultVersion",
    "vpcSecurityGroupIds",
  ],
  computed: ["defaultVersion"],
  volatileOutputs: ["defaultVersion", "latestVersion"],
  autoname: { property: "name", maxLength: 128 },
  replaceOn: ["name", "namePrefix"],
  async create(inputs, context) {
    const { LaunchTemplate } = await ec2.send(
      "CreateLaunchTemplate",
      {
        LaunchTemplateName: inputs.name,
        VersionDescription: inputs.description,
        LaunchTemplateData: templateData(inputs),
        ...(inputs.tags && {
          TagSpecifications: [{ ResourceType: "launch-template", Tags: tagList(inputs.tags) }],
        }),
      },
      context,
    );
    const id = LaunchTemplate?.LaunchTemplateId ?? "";
    return completing(id, () => setDefault(id, inputs, undefined, context));
  },
  read: (LaunchTemplateId, _inputs, context) =>
    unlessGone(TEMPLATE_GONE, async () => {
      const { LaunchTemplates: [found] = [] } = await ec2.send(
        "DescribeLaunchTemplates",
        { LaunchTemplateIds: [LaunchTemplateId] },
        context,
      );
      const { LaunchTemplateVersions: [latest] = [] } = await ec2.send(
        "DescribeLaunchTemplateVersions",
        { LaunchTemplateId, Versions: ["$Latest"] },
        context,
      );
      return {
        arn: `arn:aws:ec2:${context.aws.region}:${context.aws.accountId}:launch-template/${LaunchTemplateId}`,
        name: found?.LaunchTemplateName,
        defaultVersion: found?.DefaultVersionNumber,
        latestVersion: found?.LatestVersionNumber,
        description: latest?.VersionDescription,
        ...dataOutputs(latest?.LaunchTemplateData ?? {}),
        ...tagOutputs(
          found?.Tags?.map(({ Key = "", Value = "" }): { Key: string; Value: string } => ({
            Key,
            Value,
          })),
        ),
      };
    }),
  async update(id, news, olds, context) {
    const [data, before] = [templateData(news), templateData(olds)];
    let latest: number | undefined;
    if (JSON.stringify(data) !== JSON.stringify(before) || news.description !== olds.description) {
      const { LaunchTemplateVersion } = await ec2.send(
        "CreateLaunchTemplateVersion",
        {
          LaunchTemplateId: id,
          LaunchTemplateData: data,
          VersionDescription: news.description,
        },
        context,
      );
      latest = LaunchTemplateVersion?.VersionNumber;
    }
    await setDefault(id, news, latest, context);
    const { set, remove } = tagChanges(olds.tags, news.tags);
    if (Object.keys(set).length > 0)
      await ec2.send("CreateTags", { Resources: [id], Tags: tagList(set) }, context);
    const Tags = remove.map((Key) => ({ Key }));
    if (Tags.length > 0) await ec2.send("DeleteTags", { Resources: [id], Tags }, context);
  },
  delete: (LaunchTemplateId, _state, context) =>
    ignoreGone(TEMPLATE_GONE, () =>
      ec2.send("DeleteLaunchTemplate", { LaunchTemplateId }, context),
    ),
});

export const EC2_RESOURCES: readonly ResourceType[] = [
  launchTemplate,
  networkInterface,
  networkInterfaceAttachment,
  subnet,
  vpc,
  vpcEndpoint,
];

/** Sets the flags, each with a separate call. */
async function setDns(
  VpcId: string,
  { enableDnsSupport, enableDnsHostnames }: Args<VpcArgs>,
  context: ProviderContext,
): Promise<void> {
  if (enableDnsSupport !== undefined) {
    const EnableDnsSupport = { Value: enableDnsSupport };
    await ec2.send("ModifyVpcAttribute", { VpcId, EnableDnsSupport }, context);
  }
  if (enableDnsHostnames === undefined) return;
  const EnableDnsHostnames = { Value: enableDnsHostnames };
  await ec2.send("ModifyVpcAttribute", { VpcId, EnableDnsHostnames }, context);
}

async function setDefault(
  LaunchTemplateId: string,
  { defaultVersion, updateDefaultVersion }: TemplateInputs,
  latest: number | undefined,
  context: ProviderContext,
): Promise<void> {
  const version = updateDefaultVersion ? latest : defaultVersion;
  if (version === undefined) return;
  const DefaultVersion = String(version);
  await ec2.send("ModifyLaunchTemplate", { LaunchTemplateId, DefaultVersion }, context);
}

function templateData(inputs: TemplateInputs): RequestLaunchTemplateData {
  const same = DATA.flatMap((name) => (inputs[name] === undefined ? [] : [[name, inputs[name]]]));
  const { tagSpecifications: tagged, vpcSecurityGroupIds: SecurityGroupIds } = inputs;
  return {
    // At every depth the names differ from the API's only in the case of the first letter.
    ...(recased(Object.fromEntries(same), upper) as RequestLaunchTemplateData),
    ...(SecurityGroupIds && { SecurityGroupIds }),
    ...(tagged && {
      TagSpecifications: tagged.map(({ resourceType, tags: map }) => ({
        ResourceType: resourceType as Sdk.ResourceType,
        Tags: tagList(map),
      })),
    }),
  };
}

function dataOutputs(data: Sdk.ResponseLaunchTemplateData): Properties {
  const told = recased(data, lower) as Properties;
  const tagged = data.TagSpecifications?.length ? data.TagSpecifications : undefined;
  const groups = data.SecurityGroupIds?.length ? data.SecurityGroupIds : undefined;
  return {
    ...Object.fromEntries(DATA.map((name) => [name, told[name]])),
    vpcSecurityGroupIds: groups,
    tagSpecifications: tagged?.map(({ ResourceType, Tags = [] }) => ({
      resourceType: ResourceType,
      tags: Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value])),
    })),
  };
}

const upper = (name: string): string => name[0].toUpperCase() + name.slice(1);
const lower = (name: string): string => name[0].toLowerCase() + name.slice(1);

/** Returns the value with the names of its members changed, at every depth. */
function recased(value: unknown, change: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((one) => recased(one, change));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries.map(([name, one]) => [change(name), recased(one, change)]));
}
