import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  GetParameterCommand,
  PutParameterCommand,
  RemoveTagsFromResourceCommand,
  SSMClient,
  type ParameterTier,
  type ParameterType,
} from "@aws-sdk/client-ssm";
import type { ParameterArgs } from "@pulumi/aws/ssm/parameter";
import { client } from "../clients";
import { defineResource, ignoreGone, tagChanges, tagList, unlessGone, type Args } from "../define";
import type { ProviderContext, ResourceType } from "../types";

const GONE = ["ParameterNotFound"];

const parameter = defineResource<Args<ParameterArgs>>({
  token: "aws:ssm/parameter:Parameter",
  autoname: { property: "name", maxLength: 1011 },
  required: ["type"],
  defaults: { dataType: "text" },
  replaceOn: ["name", "type", "dataType"],
  secretOutputs: ["value"],
  async create(inputs, context) {
    await put(inputs, inputs.overwrite ?? false, context);
    return inputs.name ?? "";
  },
  read(Name, inputs, context) {
    return unlessGone(GONE, async () => {
      const { Parameter: found } = await client(SSMClient, context).send(
        new GetParameterCommand({ Name, WithDecryption: true }),
      );
      return {
        name: found?.Name,
        arn: found?.ARN,
        type: found?.Type,
        value: found?.Value,
        insecureValue: inputs.insecureValue === undefined ? undefined : found?.Value,
        version: found?.Version,
        dataType: found?.DataType,
        tagsAll: inputs.tags ?? {},
      };
    });
  },
  async update(ResourceId, news, olds, context) {
    await put(news, true, context);
    const ssm = client(SSMClient, context);
    const { set, remove } = tagChanges(olds.tags, news.tags);
    const at = { ResourceType: "Parameter", ResourceId } as const;
    if (Object.keys(set).length > 0)
      await ssm.send(new AddTagsToResourceCommand({ ...at, Tags: tagList(set) }));
    if (remove.length > 0) await ssm.send(new RemoveTagsFromResourceCommand({ ...at, TagKeys: remove }));
  },
  async delete(Name, _state, context) {
    await ignoreGone(GONE, () => client(SSMClient, context).send(new DeleteParameterCommand({ Name })));
  },
});

export const SSM_RESOURCES: readonly ResourceType[] = [parameter];

async function put(inputs: Args<ParameterArgs>, Overwrite: boolean, context: ProviderContext): Promise<void> {
  await client(SSMClient, context).send(
    new PutParameterCommand({
      Name: inputs.name,
      Value: inputs.value ?? inputs.insecureValue ?? "",
      Type: inputs.type as ParameterType,
      Description: inputs.description,
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
