import { isDeepStrictEqual } from "node:util";
import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  RemoveTagsFromResourceCommand,
  SSMClient,
  type ParameterTier,
  type ParameterType,
} from "@aws-sdk/client-ssm";
import type { ParameterArgs } from "@pulumi/aws/ssm/parameter";
import { client } from "../clients";
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
import type { ProviderContext, ResourceType } from "../types";

const GONE = ["ParameterNotFound"];

const parameter = defineResource<Args<ParameterArgs>>({
  token: "aws:ssm/parameter:Parameter",
  inputs: [
    "allowedPattern",
    "dataType",
    "description",
    "insecureValue",
    "keyId",
    "name",
    "overwrite",
    "tags",
    "tier",
    "type",
    "value",
  ],
  computed: ["keyId", "tier", "insecureValue", "value"],
  volatileOutputs: ["version"],
  autoname: { property: "name", maxLength: 1011 },
  required: ["type"],
  defaults: { dataType: "text" },
  replaceOn: ["name", "type", "dataType"],
  secretOutputs: ["value"],
  async create(inputs, context) {
    await put(inputs, inputs.overwrite ?? false, context);
    const name = inputs.name ?? "";
    // An overwrite may not contain tags: they are set after it.
    if (inputs.overwrite) await completing(name, () => setTags(name, inputs.tags, {}, context));
    return name;
  },
  read(Name, inputs, context) {
    const ssm = client(SSMClient, context);
    return unlessGone(GONE, async () => {
      const { Parameter: found } = await ssm.send(
        new GetParameterCommand({ Name, WithDecryption: true }),
      );
      const { Parameters } = await ssm.send(
        new DescribeParametersCommand({ ParameterFilters: [{ Key: "Name", Values: [Name] }] }),
      );
      const { TagList } = await ssm.send(
        new ListTagsForResourceCommand({ ResourceType: "Parameter", ResourceId: Name }),
      );
      const details = Parameters?.[0];
      return {
        name: found?.Name,
        arn: found?.ARN,
        type: found?.Type,
        value: found?.Value,
        ...(inputs.insecureValue === undefined ? {} : { insecureValue: found?.Value }),
        version: found?.Version,
        dataType: found?.DataType,
        description: details?.Description,
        tier: details?.Tier,
        keyId: details?.KeyId,
        allowedPattern: details?.AllowedPattern,
        ...tagOutputs(TagList),
      };
    });
  },
  async update(ResourceId, news, olds, context) {
    const { tags: _now, ...now } = news;
    const { tags: _before, ...before } = olds;
    // Every put creates a new version: a change of tags alone must not.
    if (!isDeepStrictEqual(now, before)) await put(news, true, context);
    await setTags(ResourceId, news.tags, olds.tags, context);
  },
  async delete(Name, _state, context) {
    await ignoreGone(GONE, () =>
      client(SSMClient, context).send(new DeleteParameterCommand({ Name })),
    );
  },
});

export const SSM_RESOURCES: readonly ResourceType[] = [parameter];

async function setTags(
  ResourceId: string,
  news: Args<ParameterArgs>["tags"],
  olds: Args<ParameterArgs>["tags"],
  context: ProviderContext,
): Promise<void> {
  const ssm = client(SSMClient, context);
  const { set, remove } = tagChanges(olds, news);
  const at = { ResourceType: "Parameter", ResourceId } as const;
  if (Object.keys(set).length > 0)
    await ssm.send(new AddTagsToResourceCommand({ ...at, Tags: tagList(set) }));
  if (remove.length > 0)
    await ssm.send(new RemoveTagsFromResourceCommand({ ...at, TagKeys: remove }));
}

async function put(
  inputs: Args<ParameterArgs>,
  Overwrite: boolean,
  context: ProviderContext,
): Promise<void> {
  await client(SSMClient, context).send(
    new PutParameterCommand({
      Name: inputs.name,
      Value: inputs.value ?? inputs.insecureValue ?? "",
      Type: inputs.type as ParameterType,
      // An empty text removes the description.
      Description: inputs.description ?? (Overwrite ? "" : undefined),
      KeyId: inputs.keyId,
      Tier: inputs.tier as ParameterTier | undefined,
      AllowedPattern: inputs.allowedPattern,
      DataType: inputs.dataType,
      Overwrite,
      // AWS refuses tags together with an overwrite.
      Tags: Overwrite || !inputs.tags ? undefined : tagList(inputs.tags),
    }),
  );
}
