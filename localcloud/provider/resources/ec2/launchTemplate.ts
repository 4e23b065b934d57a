import type * as Sdk from "@aws-sdk/client-ec2";
import type { RequestLaunchTemplateData } from "@aws-sdk/client-ec2";
import type { LaunchTemplateArgs } from "@pulumi/aws/ec2/launchTemplate";
import {
  completing,
  defineResource,
  ignoreGone,
  tagList,
  tagOutputs,
  unlessGone,
  type Args,
} from "../../define";
import type { Properties, ProviderContext } from "../../types";
import { ec2, setTags } from "./client";

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
export const launchTemplate = defineResource<TemplateInputs>({
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
    await setTags(id, olds.tags, news.tags, context);
  },
  delete: (LaunchTemplateId, _state, context) =>
    ignoreGone(TEMPLATE_GONE, () =>
      ec2.send("DeleteLaunchTemplate", { LaunchTemplateId }, context),
    ),
});

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
    ...(renameMembers(Object.fromEntries(same), upper) as RequestLaunchTemplateData),
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
  const renamed = renameMembers(data, lower) as Properties;
  const tagged = data.TagSpecifications?.length ? data.TagSpecifications : undefined;
  const groups = data.SecurityGroupIds?.length ? data.SecurityGroupIds : undefined;
  return {
    ...Object.fromEntries(DATA.map((name) => [name, renamed[name]])),
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
function renameMembers(value: unknown, change: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((one) => renameMembers(one, change));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(
    entries.map(([name, one]) => [change(name), renameMembers(one, change)]),
  );
}
